"""Interactive figures that answer with the right numbers, with no kernel and no server.

Each figure is a few plain ES modules (`core.mjs` calculates, `draw.mjs` and `controls.mjs` are
shared, one module per figure), inlined into the output of a cell: the same bytes work in the
built page, in JupyterLab and in Colab. Where scripts don't run, a still picture stands in.
"""

from __future__ import annotations

import json
from typing import Any

from cnncourse import _checks, _html
from cnncourse.widgets import _arithmetic, _conv, _iou, _pooling, _receptive_field
from cnncourse.widgets._bundle import bundle, source
from cnncourse.widgets._figure import Figure

__all__ = ["names", "show"]

# A figure is a row here, a module of the same name beside this file, and its Python side.
_FIGURES: dict[str, Figure] = {
    "arithmetic": _arithmetic.FIGURE,
    "conv": _conv.FIGURE,
    "iou": _iou.FIGURE,
    "pooling": _pooling.FIGURE,
    "receptive_field": _receptive_field.FIGURE,
}


def names() -> list[str]:
    """Return the names that `show` knows.

    Examples
    --------
    >>> names()
    ['arithmetic', 'conv', 'iou', 'pooling', 'receptive_field']
    """
    return sorted(_FIGURES)


def show(name: str, **settings: Any) -> _html.Html:
    """Return an interactive figure, ready to be the last expression of a cell.

    Parameters
    ----------
    name : {"arithmetic", "conv", "iou", "pooling", "receptive_field"}
        Which figure; see `names`.
    **settings
        Where the figure starts. Of ``"conv"``: `photo` ("china" or "flower"), `kernel` (a preset
        such as "sobel_x", "blur" or "vertical_line", or 3 rows of 3 numbers), `padding`
        ("valid" or "same"), `stride` and `dilation` (1 to 3), `row` and `column` (of the output
        pixel, from 0). Of ``"arithmetic"``: `operation` ("convolution", "pooling" or
        "transposed"), `size` (1 to 12, transposed 1 to 6), `kernel` (1 to 5), `stride` (1 to 4),
        `padding`, `dilation` (1 to 3), `output_padding` (None or 0 to 3), `output` (the chosen
        one, from 0). Of ``"iou"``: `a` and `b` (left, top, right, bottom, in whole cells of a plane
        of 16 by 10) and `threshold` (1 to 100 percent). Of ``"pooling"``: `kind` ("max" or
        "average"), `size` and `stride` (1 to 4),
        `padding`, `shift` (0 to 8 pixels), `row` and `column`. Of ``"receptive_field"``: `layers`
        ("three_3x3", "one_7x7", "dilated", "lenet5", "alexnet", "vgg16", or a list of dicts such
        as ``{"kind": "conv", "kernel": 3, "stride": 2}``), `size` (of the input, 1 to 256) and
        `output` (from 0; the middle one by default). Of all: `task`, a sentence shown as "Try
        this", with `goal`, a dict of what to reach, such as ``{"output_size": 5}``; the figure
        confirms it when all of it holds.

    Returns
    -------
    Html
        The same call gives the same bytes in every process.

    Raises
    ------
    ValueError
        If there is no such figure or setting (the message lists what there is), if a value is out
        of its range, if the initial state has no output, or if it has reached the goal already.

    Examples
    --------
    >>> show("arithmetic", size=5, kernel=3, stride=2, padding="same")  # doctest: +ELLIPSIS
    Interactive figure: which inputs feed which output. A convolution with kernel 3, stride 2, ...
    """
    figure = _FIGURES[_checks.choice("name", name, names())]
    checked = figure.settle(settings)
    identity = _html.stable_id("widget", name, json.dumps(checked, sort_keys=True))
    still = figure.still(checked)
    described = f'role="img" aria-label="{_html.escape(still.alt)}"'
    script = _html.module_script(
        f"{bundle(name)}\nstart(mount, data);\n",
        id=identity,
        settings=checked,
        **figure.data(checked),
    )
    return _html.Html(
        f'<div class="cnn cnn-widget" id="{identity}" role="group" '
        f'aria-label="{_html.escape(figure.title)}">\n'
        f"{_html.style(_html.theme_css() + source('style.css'))}\n"
        f'<div class="cnn-still">{still.svg.format(described)}{still.caption}'
        f"<p>This is a still picture of an interactive figure. With JavaScript (in JupyterLab: in "
        f"a trusted notebook) you can {figure.invitation}.</p></div>\n{script}\n</div>",
        f"{figure.title}. {still.alt}",
    )
