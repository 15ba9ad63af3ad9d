"""The screenshot tool takes what it is asked for, and says what is missing."""

from __future__ import annotations

from urllib.request import urlopen

import pytest
from PIL import Image

from tools import screenshots

PAGE = """<!doctype html><html><head><style>
  body { margin: 0; height: 2000px; background: rgb(250, 250, 250) }
  @media (prefers-color-scheme: dark) { body { background: rgb(20, 20, 20) } }
</style></head><body></body></html>"""


@pytest.fixture
def small_site(tmp_path):
    site = tmp_path / "site"
    (site / "part").mkdir(parents=True)
    for name in ("index", "part/other"):
        (site / f"{name}.html").write_text(PAGE)
    return site


def test_chromium_is_the_one_that_was_chosen(monkeypatch, tmp_path):
    chosen = tmp_path / "browser"
    chosen.write_text("#!/bin/sh\n")
    chosen.chmod(0o755)
    monkeypatch.setenv("CNNCOURSE_CHROMIUM", str(chosen))
    assert screenshots.find_chromium() == str(chosen)
    monkeypatch.setenv("CNNCOURSE_CHROMIUM", str(tmp_path / "nowhere"))
    assert screenshots.find_chromium() is None


def test_chromium_is_looked_for_under_its_names(monkeypatch, tmp_path):
    monkeypatch.delenv("CNNCOURSE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert screenshots.find_chromium() is None
    for name in ("google-chrome", "chromium-browser", "chromium"):
        path = tmp_path / name
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        assert screenshots.find_chromium() == str(path)


def test_a_folder_is_served_while_it_is_asked_for(small_site):
    with screenshots.serve(small_site) as address, urlopen(f"{address}/index.html") as answer:
        assert answer.read().decode() == PAGE
    with pytest.raises(OSError, match="refused"):
        urlopen(f"{address}/index.html")


def test_missing_pages_and_browsers_are_named(small_site, tmp_path, monkeypatch, capsys):
    shots = tmp_path / "shots"
    monkeypatch.setattr(screenshots, "find_chromium", lambda: "/bin/true")
    assert screenshots.main([str(shots), "index", "gone", "--site", str(small_site)]) == 1
    assert "no page gone in" in capsys.readouterr().err
    monkeypatch.setattr(screenshots, "find_chromium", lambda: None)
    assert screenshots.main([str(shots), "--site", str(small_site)]) == 1
    assert "no Chromium found: set CNNCOURSE_CHROMIUM" in capsys.readouterr().err
    assert not shots.exists()


@pytest.mark.site
@pytest.mark.usefixtures("browser_path")
def test_pictures_of_every_theme_and_width(small_site, tmp_path):
    shots = tmp_path / "shots"
    assert screenshots.main([str(shots), "index", "part/other", "--site", str(small_site)]) == 0
    assert {path.name for path in shots.iterdir()} == {
        f"{page}-{theme}-{width}.png"
        for page in ("index", "part-other")
        for theme in ("light", "dark")
        for width in (1280, 390)
    }
    with Image.open(shots / "index-light-390.png") as light:
        assert light.size == (390, 2000)
        assert light.convert("RGB").getpixel((5, 5)) == (250, 250, 250)
    with Image.open(shots / "part-other-dark-1280.png") as dark:
        assert dark.size == (1280, 2000)
        assert dark.convert("RGB").getpixel((5, 5)) == (20, 20, 20)


@pytest.mark.site
@pytest.mark.usefixtures("browser_path")
def test_a_picture_of_the_first_screen(small_site, tmp_path):
    arguments = [str(tmp_path), "--site", str(small_site), "--fold"]
    assert screenshots.main([*arguments, "--theme", "light", "--width", "1280"]) == 0
    (shot,) = tmp_path.glob("*.png")
    with Image.open(shot) as picture:
        assert picture.size == (1280, 800)
