"""Interactive figures that answer with the right numbers, with no kernel and no server.

Each figure is a few plain ES modules (`core.mjs` calculates, `draw.mjs` and `controls.mjs` are
shared, one module per figure), inlined into the output of a cell: the same bytes work in the
built page, in JupyterLab and in Colab. Where scripts don't run, a still picture stands in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from cnncourse import _checks, _html
from cnncourse.widgets import (
    _arithmetic,
    _conv,
    _grad_cam,
    _iou,
    _pooling,
    _precision_recall,
    _receptive_field,
)
from cnncourse.widgets._bundle import bundle, source
from cnncourse.widgets._figure import Figure

__all__ = ["grad_cam", "names", "precision_recall", "show"]

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
    return _rendered(name, _FIGURES[_checks.choice("name", name, names())], settings)


def grad_cam(
    pictures: ArrayLike,
    maps: Any,
    probabilities: ArrayLike,
    layer_names: Sequence[str],
    class_names: Sequence[str],
    truths: Any = None,
    **settings: Any,
) -> _html.Html:
    """Return an interactive figure of heat maps over pictures: any class, any layer.

    Each map is enlarged bilinearly and laid over its picture, the more of it the hotter it is. With
    true boxes the figure tells which share of the heat lies inside them: of the chosen class's
    boxes, or of all boxes if the picture has none of that class.

    Parameters
    ----------
    pictures : array_like of uint8, shape (N, H, W, 3)
        1 to 24 of them. Those longer than 320 pixels are made smaller for the page.
    maps : ndarray of shape (N, L, C, h, w), or sequence of L arrays of shape (N, C, h, w)
        At least 0, in the layers' own sizes (``explain.grad_cam(…, upsample=False)``), not scaled:
        for each picture, layer and class. A page gets each of them in 255 steps of its own highest
        value, at most 300,000 values in all.
    probabilities : array_like of shape (N, C)
        What the network gives each class, from 0 to 1.
    layer_names, class_names : sequence of str
        L and C distinct names.
    truths : metrics.GroundTruth or sequence, optional
        True boxes, one ``(boxes, labels)`` a picture, where boxes are ``xyxy`` in pixels of shape
        (K, 4) and labels are indices into `class_names`. With one object a picture:
        ``[([box], [label]) for box, label in zip(boxes, labels)]``.
    **settings
        Where the figure starts: `picture` (from 0), `class_name` (the predicted one), `layer` (the
        last), `opacity` (0 to 100 percent), `scale`, what the full colour stands for: the highest
        value of the map itself ("own") or of all classes' maps of that layer ("shared"). Also
        `task` and `goal`, as in `show`.

    Returns
    -------
    Html
        Some hundred kilobytes at most; the same call gives the same bytes.

    Raises
    ------
    ValueError
        If arrays don't fit each other, a value is out of its range, pictures or maps take too
        much, or a setting is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> picture = np.full((1, 48, 64, 3), 200, np.uint8)
    >>> maps = np.ones((1, 1, 2, 3, 4))  # equal everywhere
    >>> box = [([[0, 0, 32, 24]], [1])]
    >>> grad_cam(picture, maps, [[0.2, 0.8]], ["conv"], ["daisy", "rose"], box).text.split(". ")[-1]
    'Of the heat, 25.0% lies in the true boxes, which fill 25.0% of the picture.'
    """
    figure = _grad_cam.figure(pictures, maps, probabilities, layer_names, class_names, truths)
    return _rendered("grad_cam", figure, settings)


def precision_recall(
    pictures: ArrayLike,
    truths: Any,
    detections: Any,
    class_names: Sequence[str],
    **settings: Any,
) -> _html.Html:
    """Return an interactive figure of a detector's boxes: matches, curve and average precision.

    The reader chooses a class, the least score that is shown and the IoU that is asked for. The
    pictures show true and false positives, duplicates and missed objects; the curve goes over all
    pictures, with the present point and what each convention averages.

    Parameters
    ----------
    pictures : array_like of uint8, shape (N, H, W, 3)
        1 to 24 of them. Those longer than 320 pixels are made smaller for the page.
    truths : metrics.GroundTruth or sequence
        The objects: either of all pictures, or one ``(boxes, labels)`` a picture, where boxes are
        ``xyxy`` in pixels of shape (K, 4) and labels are indices into `class_names`.
    detections : metrics.Detections or sequence
        The same with scores from 0 to 1, ``(boxes, labels, scores)``; at most 1000 in all. All of
        them count for the average precision, so leave out none but the lowest scores.
    class_names : sequence of str
    **settings
        Where the figure starts: `class_name` (the first one with objects), `score` (0 to 100
        percent) and `iou` (1 to 100 percent), both 50; `rule`, how detections are matched, "coco"
        or "voc", see `metrics.match_detections`; `average`, the convention that is drawn, "coco",
        "voc10" or "voc07", see `metrics.average_precision`; `picture`, the one in large, from 0.
        Also `task` and `goal`, as in `show`.

    Returns
    -------
    Html
        Some hundred kilobytes at most; the same call gives the same bytes.

    Raises
    ------
    ValueError
        If arrays don't fit each other, a box, a label or a score is out of its range, the pictures
        take more than 300 kB once they are packed, or a setting is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> picture = np.full((1, 48, 64, 3), 200, np.uint8)
    >>> truths = [([[4, 4, 24, 40]], [0])]
    >>> found = [([[4, 6, 24, 40], [40, 5, 60, 30]], [0, 0], [0.9, 0.6])]
    >>> precision_recall(picture, truths, found, ["daisy"])  # doctest: +ELLIPSIS
    Interactive figure: precision, recall and average precision of detections. Picture 1 of 1 ...
    """
    figure = _precision_recall.figure(pictures, truths, detections, class_names)
    return _rendered("precision_recall", figure, settings)


def _rendered(name: str, figure: Figure, settings: dict[str, Any]) -> _html.Html:
    checked = figure.settle(settings)
    data = figure.data(checked)
    identity = _html.stable_id("widget", name, json.dumps([checked, data], sort_keys=True))
    still = figure.still(checked)
    described = f'role="img" aria-label="{_html.escape(still.alt)}"'
    script = _html.module_script(
        f"{bundle(name)}\nstart(mount, data);\n",
        id=identity,
        settings=checked,
        **data,
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
