"""The landing page's picture is what the course's own operations compute, and small."""

import numpy as np
import pytest
from PIL import Image
from scipy.signal import correlate2d
from sklearn.datasets import load_sample_image

from tools import landing_picture


@pytest.fixture(scope="module")
def drawn():
    return np.asarray(landing_picture.draw()).astype(int)


def test_kernels_answer_to_lines_and_not_to_flat_areas():
    for vertical in (True, False):
        kernel = landing_picture.line_kernel(vertical)
        assert kernel.sum() == 0
        line = np.zeros((7, 7))
        line[(slice(None), 3) if vertical else 3] = 1
        assert (kernel * line).sum() == 42
        assert (kernel * line.T).sum() == 0


def test_maps_are_correlations_of_the_photo():
    photo = load_sample_image("china.jpg")
    maps = landing_picture.responses(photo)
    grey = photo.astype("float64").mean(axis=-1) / 255
    expected = np.stack(
        [
            correlate2d(grey, landing_picture.line_kernel(vertical), mode="same").clip(0)
            for vertical in (True, False)
        ],
        axis=-1,
    )
    expected = (expected / np.quantile(expected, 0.995)).clip(max=1)
    assert maps.shape == (427, 640, 2)
    np.testing.assert_allclose(maps, expected, atol=1e-4)


def test_committed_picture_is_the_drawn_one(drawn):
    committed = np.asarray(Image.open(landing_picture.TARGET).convert("RGBA")).astype(int)
    assert committed.shape == drawn.shape
    visible = drawn[..., 3] == 255
    difference = np.abs(committed - drawn)[visible]
    assert difference.mean() < 4  # of 255, from 256 colours instead of all
    other = np.abs(committed[:, ::-1] - drawn)[visible]
    assert other.mean() > 10 * difference.mean()


def test_committed_picture_is_light():
    assert landing_picture.TARGET.stat().st_size < 200_000


def test_main_replaces_the_picture_at_once(tmp_path, capsys):
    target = tmp_path / "landing.png"
    target.write_bytes(b"old")
    landing_picture.main(target)
    assert [path.name for path in tmp_path.iterdir()] == ["landing.png"]
    with Image.open(target) as picture:
        assert picture.size == (940, 220)
    assert "kB" in capsys.readouterr().out
