"""Python side of the figure "pooling": the picture, its shift, and what pooling makes of both."""

from __future__ import annotations

import base64
import functools
import io
from typing import Any

import numpy as np

from cnncourse import _checks, arithmetic
from cnncourse.widgets._figure import Figure, Settings, Still

HEIGHT = WIDTH = 12
MARGIN = 8  # columns that wait on the left until a shift brings them into view
ROUNDING = 1e-9
DESCRIPTION = "A handwritten 2 in bright strokes on black"
KINDS = ("max", "average")
LIMITS = {"size": (1, 4), "stride": (1, 4), "shift": (0, MARGIN)}


@functools.cache
def hundredths() -> np.ndarray:
    """Return the scene, integers from 0 to 100 of shape (12, 20), not to be written to."""
    from sklearn.datasets import load_digits

    digit = load_digits().images[2]  # 8 × 8 values from 0 to 16
    scene = np.zeros((HEIGHT, MARGIN + WIDTH))
    scene[2:10, MARGIN + 1 : MARGIN + 9] = digit / 16
    whole = np.rint(100 * scene).astype(int)
    whole.setflags(write=False)
    return whole


def view(shift: int) -> np.ndarray:
    """Return what is in view once the scene has moved `shift` pixels to the right."""
    return hundredths()[:, MARGIN - shift : MARGIN - shift + WIDTH] / 100


def pooled(settings: Settings, shift: int) -> np.ndarray:
    """Return the output map at a shift, of shape (rows, columns)."""
    image, axis = view(shift), _axis(settings)
    reduce = np.max if settings["kind"] == "max" else np.mean
    windows = [
        [
            [at for at in arithmetic.window(index, side, **axis) if 0 <= at < side]
            for index in range(arithmetic.conv_output_size(side, **axis))
        ]
        for side in (HEIGHT, WIDTH)
    ]
    return np.array([[reduce(image[np.ix_(r, c)]) for c in windows[1]] for r in windows[0]])


def _axis(settings: Settings) -> dict[str, Any]:
    return {"kernel": settings["size"], **{name: settings[name] for name in ("stride", "padding")}}


def moved_by(settings: Settings) -> int | None:
    """Return by how many columns the first output moves to become the present one, or None."""
    by, rest = divmod(settings["shift"], settings["stride"])
    first, now = pooled(settings, 0), pooled(settings, settings["shift"])
    if rest or by >= now.shape[1]:
        return None
    moved = first[:, : first.shape[1] - by]
    return by if np.allclose(now[:, by:], moved, rtol=0, atol=ROUNDING) else None


def check(settings: Settings) -> Settings:
    checked: Settings = {
        "kind": _checks.choice("kind", settings["kind"], KINDS),
        "padding": _checks.choice("padding", settings["padding"], _checks.PADDINGS),
    }
    for name, (first, last) in LIMITS.items():
        checked[name] = _integer_to(name, settings[name], first, last)
    for name, size in (("row", HEIGHT), ("column", WIDTH)):
        outputs = arithmetic.conv_output_size(size, **_axis(checked))
        checked[name] = _integer_to(name, settings[name], 0, outputs - 1)
    return checked


def _integer_to(name: str, value: Any, first: int, last: int) -> int:
    number = _checks.integer(name, value, first)
    if number > last:
        _checks.fail(name, f"an integer from {first} to {last}", value)
    return number


def facts(settings: Settings) -> Settings:
    """Return what a goal can ask for."""
    first, now = pooled(settings, 0), pooled(settings, settings["shift"])
    return {
        **{name: settings[name] for name in ("kind", "size", "stride", "padding", "shift")},
        "changed": int((np.abs(now - first) > ROUNDING).sum()),
        "moved_by": moved_by(settings),
        "output_height": now.shape[0],
        "output_width": now.shape[1],
    }


def _png(values: np.ndarray) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.rint(255 * values).astype(np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def still(settings: Settings) -> Still:
    now, known = pooled(settings, settings["shift"]), facts(settings)
    rows, columns = now.shape
    cell, pixel = 320 / WIDTH, 320 / columns
    picture = '<image x="{:.2f}" y="0" width="320" height="{:.2f}" href="{}" {}/>'.format
    sharp = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    before = [arithmetic.padding_amounts(side, **_axis(settings))[0] for side in (HEIGHT, WIDTH)]
    y, x = (
        (settings[name] * settings["stride"] - outside) * cell
        for name, outside in zip(("row", "column"), before, strict=True)
    )

    def frame_at(x: float, y: float, side: float) -> str:
        box = f'<rect x="{x:.2f}" y="{y:.2f}" width="{side:.2f}" height="{side:.2f}" fill="none"'
        return (
            f'{box} stroke="#12161f" stroke-width="5"/>{box} stroke="#ffab70" stroke-width="2.5"/>'
        )

    svg = (
        f'<svg viewBox="-30 -30 768 {max(320, rows * pixel) + 60:.0f}" {{}}>'
        + picture(0, 320, _png(view(settings["shift"])), sharp)
        + frame_at(x, y, settings["size"] * cell)
        + '<path d="M334 160h32m-10 -9l10 9l-10 9" fill="none" style="stroke:var(--cnn-muted)" '
        'stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>'
        + picture(384, rows * pixel, _png(now), sharp)
        + frame_at(384 + settings["column"] * pixel, settings["row"] * pixel, pixel)
        + "</svg>"
    )
    kind = {"max": "maximum", "average": "average"}[settings["kind"]]
    side, stride = settings["size"], settings["stride"]
    alt = (
        f"{DESCRIPTION}, {HEIGHT} by {WIDTH} pixels, and what {kind} pooling with {side} by {side} "
        f"windows, stride {stride} and {settings['padding']} padding leaves of it: {rows} by "
        f"{columns} values."
    )
    if settings["shift"]:
        alt += (
            f" The picture has moved {settings['shift']} px to the right, which has changed "
            f"{known['changed']} of the {now.size} values."
        )
    value = now[settings["row"], settings["column"]]
    caption = (
        f"<p>Left the picture with one window, right the output. That window gives {value:.4g}.</p>"
    )
    return Still(svg, alt, caption)


def data(settings: Settings) -> dict[str, Any]:
    return {
        "scene": {
            "height": HEIGHT,
            "width": WIDTH,
            "margin": MARGIN,
            "hundredths": hundredths().ravel().tolist(),
            "description": DESCRIPTION,
        }
    }


FIGURE = Figure(
    title="Interactive figure: pooling, and what a shift of the picture changes",
    invitation="choose the pooling, move the picture and see which outputs change",
    defaults={
        "kind": "max",
        "size": 2,
        "stride": 2,
        "padding": "valid",
        "shift": 0,
        "row": 0,
        "column": 0,
    },
    check=check,
    facts=facts,
    still=still,
    data=data,
)
