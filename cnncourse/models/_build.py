"""From a row of the table to a Keras model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncourse import _checks
from cnncourse.layers import AuxiliaryHead, Block, plain
from cnncourse.models import alexnet, inception, lenet, resnet, separable, vgg
from cnncourse.models._architecture import Architecture, Family, Network, Request

FAMILIES: dict[str, Family] = {
    "lenet": lenet.network,
    "alexnet": alexnet.network,
    "vgg": vgg.network,
    "inception": inception.network,
    "resnet": resnet.network,
    "separable": separable.network,
}
TABLE: dict[str, Architecture] = {
    **lenet.TABLE,
    **alexnet.TABLE,
    **vgg.TABLE,
    **inception.TABLE,
    **resnet.TABLE,
    **separable.TABLE,
}


def names() -> tuple[str, ...]:
    """Return the names of all networks, family by family.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> names()[:4]
    ('lenet5', 'lenet5_1998', 'alexnet', 'alexnet_one_group')
    """
    return tuple(TABLE)


def info(name: str) -> Architecture:
    """Return the row of a network: its numbers, its paper, and what that reports.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Architecture
        A dataclass; see there.

    Raises
    ------
    ValueError
        If there is no such network; the message lists those there are.

    Examples
    --------
    >>> row = info("resnet50")
    >>> row.paper.year, row.depth, row.top5_error, row.numbers["units"]
    (2015, 50, 6.71, (3, 4, 6, 3))
    """
    return TABLE[_checks.choice("name", name, TABLE)]


def minimum_size(name: str, include_top: bool = True) -> int:
    """Return the smallest height and width of the images that a network takes.

    Parameters
    ----------
    name : str
        One of `names`.
    include_top : bool
        As in `build`; auxiliary heads belong to the top.

    Returns
    -------
    int
        At this size the last map is 1 × 1 (or an auxiliary head stands on just enough).

    Raises
    ------
    ValueError
        If there is no such network.

    Examples
    --------
    >>> minimum_size("lenet5"), minimum_size("alexnet"), minimum_size("vgg16")
    (32, 67, 32)
    """
    row = info(name)
    # The narrowest network has the same windows, and costs nothing to list.
    request = Request(row.classes, width=0.01 if row.scales else 1.0)
    return _minimum_size(FAMILIES[row.family](row.numbers, request), include_top)


def build(
    name: str,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
    include_top: bool = True,
    width: float = 1.0,
    *,
    style: str = "paper",
    activation: str | None = "softmax",
) -> Any:
    """Return a network of the table as a Keras model with fresh weights.

    Parameters
    ----------
    name : str
        One of `names`.
    input_shape : (height, width, channels), optional
        The paper's by default. Any size from `minimum_size` on will do, square or not.
    classes : int, optional
        At least 1; the paper's number by default.
    include_top : bool
        False leaves out everything after the last feature maps, and auxiliary heads.
    width : float
        Above 0: what all numbers of filters and hidden units are multiplied by (not the classes).
        0.125 makes a thumbnail that trains on a CPU; 1 is the paper's network. `lenet5_1998`,
        whose tables have fixed sizes, takes 1 alone.
    style : {"paper", "keras"}
        "keras" is the variant in `keras.applications`, weight for weight, where there is one:
        convolutions with biases, epsilon 1.001e-5 and symmetric padding in ResNets, and no
        difference in VGG-16, VGG-19 and Xception.
    activation : {"softmax", None}
        None returns logits. Either way outputs are float32, under mixed precision too.

    Returns
    -------
    keras.Model
        From images (N, H, W, C) to probabilities (N, classes), or to feature maps without the
        top. `googlenet_aux` returns a dict of three: "main", "auxiliary_1" and "auxiliary_2";
        ``info(name).loss_weights`` are for ``compile``.

    Raises
    ------
    ValueError
        If an argument is out of its range; a size that is too small, with the least that will do.

    Examples
    --------
    >>> model = build("resnet18", input_shape=(48, 64, 3), classes=5, width=0.125)
    >>> model.output_shape
    (None, 5)
    >>> build("resnet18", (48, 64, 3), include_top=False, width=0.125).output_shape
    (None, 2, 2, 64)
    """
    row = info(name)
    shape = row.input_shape if input_shape is None else _shape(input_shape)
    classes = row.classes if classes is None else _checks.integer("classes", classes, 1)
    include_top = _checks.flag("include_top", include_top)
    kind = "linear" if activation is None else _checks.choice("activation", activation, ["softmax"])
    request = Request(classes, _width(name, width), _style(name, style), kind)

    network = FAMILIES[row.family](row.numbers, request)
    least = _minimum_size(network, include_top)
    if min(shape[:2]) < least:
        _checks.fail("input_shape", f"at least {least} × {least} pixels for {name!r}", shape)
    if not include_top:
        return plain.assemble(shape, network.features, name=name)
    last = plain.activation(kind, "probabilities" if activation else "outputs", dtype="float32")
    return plain.assemble(shape, [*network.features, *network.top, last], network.exits, name)


def _minimum_size(network: Network, include_top: bool) -> int:
    size = 1
    for layer in reversed(network.features):
        if include_top and layer.name in network.exits:
            size = max(size, AuxiliaryHead.WINDOW)
        kernel, stride, padding = _window(layer)
        if padding == "same":
            size = (size - 1) * stride + 1
        else:
            size = max(1, (size - 1) * stride + kernel - padding)
    return size


def _window(layer: Any) -> tuple[int, int, Any]:
    """Return kernel, stride and "same" or the number of zeros added, of a square window."""
    if isinstance(layer, Block):
        return 1, layer.stride, "same"
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if window is not None:
        return window[0], layer.strides[0], "same" if layer.padding == "same" else 0
    padding = getattr(layer, "padding", ((0, 0), (0, 0)))
    return 1, 1, sum(padding[0])


def _shape(value: Any) -> tuple[int, int, int]:
    expected = "three integers of at least 1, (height, width, channels)"
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        _checks.fail("input_shape", expected, value)
    try:
        height, width, channels = (_checks.integer("input_shape", size, 1) for size in value)
    except ValueError:
        _checks.fail("input_shape", expected, value)
    return height, width, channels


def _width(name: str, value: Any) -> float:
    width = _checks.number("width", value, 0)
    if width == 0:
        _checks.fail("width", "a number above 0", value)
    if width != 1 and not TABLE[name].scales:
        _checks.fail("width", f"1 for {name!r}, whose tables have fixed sizes", value)
    return width


def _style(name: str, value: Any) -> str:
    style = _checks.choice("style", value, ("paper", "keras"))
    if style == "keras" and not TABLE[name].keras_style:
        those = ", ".join(other for other, row in TABLE.items() if row.keras_style)
        _checks.fail("style", f"'paper' for {name!r} ('keras' is for {those})", value)
    return style
