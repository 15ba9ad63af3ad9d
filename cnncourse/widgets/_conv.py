"""Python side of the figure "conv": the photo, the kernels, the first picture."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np

from cnncourse import _checks, _html, arithmetic
from cnncourse.widgets._figure import Figure, Settings, Still

HEIGHT, WIDTH = 24, 32

# File of scikit-learn, the part of it that is shown (left, top, right, bottom), what one sees.
PHOTOS = {
    "china": ((40, 0, 600, 420), "A pagoda above trees before a pale sky"),
    "flower": ((130, 40, 530, 340), "A round, pale flower before dark leaves"),
}

# Weights with few decimals, so that the sum that is written out is exact.
PRESETS: dict[str, dict[str, Any]] = {
    "identity": {
        "label": "identity",
        "note": "One weight in the middle: the output is the input.",
        "kernel": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    },
    "vertical_line": {
        "label": "vertical line",
        "note": "Answers to upright lines one pixel wide, bright or dark. The weights add up to 0, "
        "so even areas give 0.",
        "kernel": [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
    },
    "horizontal_line": {
        "label": "horizontal line",
        "note": "Answers to level lines one pixel high. The weights add up to 0, so even areas "
        "give 0.",
        "kernel": [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
    },
    "blur": {
        "label": "blur",
        "note": "A weighted mean of the neighbourhood: the weights are positive and add up to 1.",
        "kernel": [[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]],
    },
    "sharpen": {
        "label": "sharpen",
        "note": "Adds the difference between a pixel and its four neighbours; the weights add up "
        "to 1.",
        "kernel": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    },
    "sobel_x": {
        "label": "Sobel x",
        "note": "How much brighter it gets from left to right: upright edges.",
        "kernel": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    },
    "sobel_y": {
        "label": "Sobel y",
        "note": "How much brighter it gets from top to bottom: level edges.",
        "kernel": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    },
}


def hundredths(photo: str) -> np.ndarray:
    """Return the grey values of `photo`, integers from 0 to 100 of shape (24, 32)."""
    from PIL import Image
    from sklearn.datasets import load_sample_image

    box, _ = PHOTOS[photo]
    picture = Image.fromarray(load_sample_image(f"{photo}.jpg")).convert("L").crop(box)
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return np.rint(np.asarray(small) / 2.55).astype(int)


def check(settings: Settings) -> Settings:
    kernel = settings["kernel"]
    if isinstance(kernel, str):
        kernel = PRESETS[_checks.choice("kernel", kernel, PRESETS)]["kernel"]
    weights = _checks.array("kernel", kernel, "H W")
    if weights.shape != (3, 3) or not np.isfinite(weights).all():
        _checks.fail("kernel", "the name of a preset or 3 rows of 3 finite numbers", kernel)
    checked: Settings = {
        "photo": _checks.choice("photo", settings["photo"], PHOTOS),
        "kernel": [[float(f"{weight:.6g}") for weight in row] for row in weights],
        "padding": _checks.choice("padding", settings["padding"], _checks.PADDINGS),
    }
    for name in ("stride", "dilation"):
        checked[name] = _integer_to(name, settings[name], 1, 3)
    for name, size in (("row", HEIGHT), ("column", WIDTH)):
        outputs = arithmetic.conv_output_size(size, **_axis(checked))
        checked[name] = _integer_to(name, settings[name], 0, outputs - 1)
    return checked


def _integer_to(name: str, value: Any, first: int, last: int) -> int:
    number = _checks.integer(name, value, first)
    if number > last:
        _checks.fail(name, f"an integer from {first} to {last}", value)
    return number


def _axis(settings: Settings) -> Settings:
    return {"kernel": 3, **{name: settings[name] for name in ("stride", "padding", "dilation")}}


def _frame(settings: Settings) -> list[tuple[int, int]]:
    """Return the padding as ((top, bottom), (left, right))."""
    return [arithmetic.padding_amounts(size, **_axis(settings)) for size in (HEIGHT, WIDTH)]


def _output(settings: Settings) -> np.ndarray:
    """Return the first output map, of shape (rows, columns)."""
    axis = _axis(settings)
    image = np.pad(hundredths(settings["photo"]) / 100, _frame(settings))
    reach = arithmetic.kernel_reach(3, axis["dilation"])
    windows = np.lib.stride_tricks.sliding_window_view(image, (reach, reach))
    step, gap = axis["stride"], axis["dilation"]
    return np.einsum(
        "rcij,ij->rc", windows[::step, ::step, ::gap, ::gap], np.array(settings["kernel"])
    )


def facts(settings: Settings) -> Settings:
    """Return what a goal can ask for; row and column count from 0."""
    output, axis = _output(settings), _axis(settings)
    row, column = settings["row"], settings["column"]
    inside = [
        sum(0 <= at < size for at in arithmetic.window(index, size, **axis))
        for index, size in ((row, HEIGHT), (column, WIDTH))
    ]
    preset = [name for name, entry in PRESETS.items() if entry["kernel"] == settings["kernel"]]
    return {
        "kernel": preset[0] if preset else "custom",
        **{name: settings[name] for name in ("padding", "stride", "dilation", "row", "column")},
        "value": round(float(output[row, column]), 9),
        "padding_cells": 9 - inside[0] * inside[1],
        "output_height": output.shape[0],
        "output_width": output.shape[1],
    }


def _png(levels: np.ndarray) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _map_levels(output: np.ndarray) -> np.ndarray:
    """Grey from 0 to 1 or more; with negative values, orange below zero and blue above."""
    if output.min() >= 0:
        return 255 * output / max(output.max(), 1)
    share = output[..., None] / np.abs(output).max()
    blue, orange = (
        np.array([int(_html.LIGHT[name][at : at + 2], 16) for at in (1, 3, 5)])
        for name in ("accent", "warm")
    )
    return 255 + np.abs(share) * (np.where(share < 0, orange, blue) - 255)


def still(settings: Settings) -> Still:
    axis, output = _axis(settings), _output(settings)
    known = facts(settings)
    (top, bottom), (left, right) = _frame(settings)
    cell = 320 / (left + WIDTH + right)
    height = cell * (top + HEIGHT + bottom)
    pixel = 320 / output.shape[1]
    reach = arithmetic.kernel_reach(3, axis["dilation"])
    x, y = (settings[name] * axis["stride"] * cell for name in ("column", "row"))
    picture = '<image x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" href="{}" {}/>'.format
    sharp = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    pixels = (left * cell, top * cell, WIDTH * cell, HEIGHT * cell)
    map_height = pixel * output.shape[0]

    def frame_at(x: float, y: float, size: float) -> str:
        box = f'<rect x="{x:.2f}" y="{y:.2f}" width="{size:.2f}" height="{size:.2f}" fill="none"'
        return (
            f'{box} stroke="#12161f" stroke-width="5"/>{box} stroke="#ffab70" stroke-width="2.5"/>'
        )

    svg = (
        f'<svg viewBox="-4 -4 712 {max(height, map_height) + 8:.0f}" {{}}>'
        f'<rect width="320" height="{height:.2f}" style="fill:var(--cnn-line)"/>'
        + picture(*pixels, _png(hundredths(settings["photo"]) * 2.55), sharp)
        + frame_at(x, y, reach * cell)
        + '<path d="M334 120h32m-10 -9l10 9l-10 9" fill="none" style="stroke:var(--cnn-muted)" '
        'stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>'
        + picture(384, 0, 320, map_height, _png(_map_levels(output)), sharp)
        + frame_at(384 + settings["column"] * pixel, settings["row"] * pixel, pixel)
        + "</svg>"
    )
    kernel = PRESETS.get(known["kernel"], {"label": "a kernel of its own"})["label"]
    rows, columns = output.shape
    alt = (
        f"{PHOTOS[settings['photo']][1]}, {HEIGHT} by {WIDTH} grey pixels, and the output of a "
        f"3 by 3 kernel ({kernel}), {rows} by {columns}. The window at output row "
        f"{settings['row'] + 1}, column {settings['column'] + 1} gives {known['value']:.6g}."
    )
    weights = "; ".join(" ".join(f"{weight:g}" for weight in row) for row in settings["kernel"])
    caption = (
        f"<p>Left the input with the window, right the output. Kernel, row by row: "
        f"{_html.escape(weights.replace('-', '−'))}.</p>"
    )
    return Still(svg, alt, caption)


def data(settings: Settings) -> dict[str, Any]:
    return {
        "photo": {
            "height": HEIGHT,
            "width": WIDTH,
            "hundredths": hundredths(settings["photo"]).ravel().tolist(),
            "description": PHOTOS[settings["photo"]][1],
        },
        "presets": PRESETS,
    }


FIGURE = Figure(
    title="Interactive figure: a kernel walks over a photo",
    invitation="move the window, change the kernel, and read the sum behind every output pixel",
    defaults={
        "photo": "china",
        "kernel": "sobel_x",
        "padding": "valid",
        "stride": 1,
        "dilation": 1,
        "row": 0,
        "column": 0,
    },
    check=check,
    facts=facts,
    still=still,
    data=data,
)
