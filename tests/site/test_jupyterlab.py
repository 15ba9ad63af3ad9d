"""Figures and quizzes in JupyterLab: executed there, then driven in a real browser."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.site, pytest.mark.slow]

TOKEN = "figures"
CELLS = [
    "from cnncourse import quiz, widgets",
    'widgets.show("conv")',
    'widgets.show("arithmetic", padding="same", stride=2)',
    'quiz.show("01_convolution")',
    """import numpy as np
pictures = np.full((2, 40, 60, 3), 120, np.uint8)
truths = [([[0, 0, 30, 40]], [0]), ([[30, 10, 60, 40]], [1])]
found = [([[0, 0, 30, 38]], [0], [0.9]), ([[0, 0, 9, 9]], [0], [0.2])]
widgets.precision_recall(pictures, truths, found, ["aster", "daisy"])""",
    """maps = np.ones((2, 1, 2, 4, 6))
widgets.grad_cam(pictures, maps, [[0.7, 0.3]] * 2, ["conv"], ["aster", "daisy"], truths)""",
]


def notebook() -> str:
    cells = [
        {
            "id": f"cell-{at}",
            "cell_type": "code",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for at, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    )


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Run JupyterLab on this machine alone, with settings of its own, on one notebook."""
    root: Path = tmp_path_factory.mktemp("lab")
    (root / "work").mkdir()
    (root / "work" / "figures.ipynb").write_text(notebook(), encoding="utf-8")
    port = free_port()
    environment = {
        **os.environ,
        "HOME": str(root),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTER_DATA_DIR": str(root / "data"),
        "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(root / "settings"),
        "IPYTHONDIR": str(root / "ipython"),
    }
    log = root / "lab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", f"--port={port}", "--port-retries=0"),
                f"--IdentityProvider.token={TOKEN}",
                f"--ServerApp.root_dir={root / 'work'}",
                # It would look for news and for extensions elsewhere.
                "--LabApp.news_url=",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                "--LabApp.extension_manager=readonly",
            ],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            if server.poll() is not None:
                pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail(f"JupyterLab does not answer:\n{log.read_text()[-3000:]}")
        yield address
    finally:
        # The server takes its kernels along.
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture(scope="module")
def executed(browser, lab):
    """Open the notebook, run all of it, and return the page with what it logged."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(60_000)
    page = context.new_page()
    errors: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            foreign.append(request.url)
            if not request.url.startswith((lab, lab.replace("http", "ws"), "data:", "blob:"))
            else None
        ),
    )
    page.goto(f"{lab}/lab/tree/figures.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-Cell").nth(3).wait_for()
    # What is run before the kernel has started is lost.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".cnn-figure").nth(3).wait_for(state="attached")
    page.locator(".cnn-quiz.cnn-ready").wait_for(state="attached")
    yield page, errors, foreign
    context.close()


def test_figures_work(executed):
    page, _, _ = executed
    conv = page.locator(".cnn-widget:has(.cnn-map)")
    conv.locator("[role=gridcell]").nth(4).click()
    active = page.evaluate(
        "document.querySelector('.jp-Cell.jp-mod-active').dataset.windowedListIndex"
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    # JupyterLab doesn't take letters for commands: m makes a cell Markdown, x cuts it.
    page.keyboard.press("m")
    page.keyboard.press("x")
    page.wait_for_timeout(400)
    assert conv.locator(".cnn-live").inner_text().startswith("Output row 2, column 6 ")
    # The arrow keys are the figure's: JupyterLab has not gone to another cell.
    assert active == page.evaluate(
        "document.querySelector('.jp-Cell.jp-mod-active').dataset.windowedListIndex"
    )
    conv.locator("[name$=stride]").nth(1).check()
    page.keyboard.press("m")
    page.keyboard.press("x")
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == len(CELLS)
    assert "11 × 15" in conv.inner_text()

    rulers = page.locator(".cnn-widget:has(.cnn-rulers)")
    rulers.locator("[id$=stride]").fill("4")
    assert "= ⌈10 / 4⌉ = 3" in rulers.locator(".cnn-formula").inner_text()


def test_figures_of_own_data_work(executed):
    page, _, _ = executed
    scores = page.locator(".cnn-widget:has(.cnn-plot)")
    scores.scroll_into_view_if_needed()
    page.wait_for_timeout(400)  # JupyterLab draws what is in sight, after a moment
    assert "show 1 detection in all pictures" in scores.locator(".cnn-live").inner_text()
    scores.locator("[id$=score]").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(400)
    assert "show 2 detections in all pictures" in scores.locator(".cnn-live").inner_text()
    heat = page.locator(".cnn-widget:has(.cnn-classes)")
    heat.locator("[name$=picture]").nth(1).check()
    heat.locator("[name$=class]").nth(1).check()
    page.keyboard.press("m")  # JupyterLab would make the cell Markdown
    page.wait_for_timeout(400)
    assert "37.5% lies in the box of daisy" in heat.locator(".cnn-live").inner_text()
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == len(CELLS)


def test_figures_follow_the_dark_theme(executed):
    page, _, _ = executed
    ground = "getComputedStyle(document.querySelector('.cnn-widget')).backgroundColor"
    light = page.evaluate(ground)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    dark = page.evaluate(ground)
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(18, 22, 31)")


def test_quiz_answers(executed):
    page, _, _ = executed
    question = page.locator(".cnn-question:has([type=radio])").first
    question.locator("[type=radio]").first.check()
    question.locator("button[type=submit]").click()
    page.wait_for_timeout(400)
    assert question.get_attribute("data-state") in ("right", "wrong")
    feedback = question.locator("[role=status], output").first.inner_text()
    assert len(feedback) > 20


def test_nothing_complains_or_calls_out(executed):
    page, errors, foreign = executed
    page.wait_for_timeout(500)
    assert errors == []
    assert foreign == []


def test_a_second_view_of_an_output_works(executed):
    page, _, _ = executed
    output = page.locator(".jp-OutputArea-output:has(.cnn-rulers)").first
    output.locator(".cnn-title").first.click(button="right")
    page.get_by_text("Create New View for Cell Output", exact=True).click()
    copies = page.locator(".cnn-widget:has(.cnn-rulers)")
    copies.nth(1).wait_for()
    ids = page.evaluate("[...document.querySelectorAll('.cnn-widget [id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))
    copies.nth(1).locator("[id$=size]").fill("9")
    formulas = [copies.nth(at).locator(".cnn-formula").inner_text() for at in (0, 1)]
    assert sum("⌈9 / " in formula for formula in formulas) == 1
