"""What a Keras model costs and sees, read from its own graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

from cnncourse import _checks, arithmetic
from cnncourse.layers import plain
from cnncourse.models._build import build

KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")
Path = tuple[Any, ...]


class Params(NamedTuple):
    """Numbers of parameters."""

    trainable: int
    total: int


class Measures(NamedTuple):
    """A network in figures; see `measure`."""

    trainable: int
    total: int
    macs: int
    depth: int
    receptive_field: tuple[int, int]


def count_params(model: Any) -> Params:
    """Return how many parameters a model has.

    Parameters
    ----------
    model : keras.Model
        Built.

    Returns
    -------
    Params
        ``trainable`` and ``total``; the difference is frozen weights and the running statistics
        of batch normalisation.

    Examples
    --------
    >>> count_params(build("lenet5"))
    Params(trainable=61706, total=61706)
    """

    def count(weights: Sequence[Any]) -> int:
        return sum(prod(weight.shape) for weight in weights)

    return Params(count(model.trainable_weights), count(model.weights))


def count_macs(model: Any) -> int:
    """Return the multiply-accumulates of a model's convolutions and dense layers on one image.

    Parameters
    ----------
    model : keras.Model
        Built, with known sizes. Blocks and models inside of it are opened.

    Returns
    -------
    int
        One for every weight of a kernel at every position of its output. Biases, normalisation,
        pooling, activations and sums don't count, as in the papers.

    Raises
    ------
    ValueError
        If a size is unknown, or there is a transposed or a recurrent layer.

    Examples
    --------
    >>> count_macs(build("lenet5"))
    416520
    """
    return sum(_layer_macs(layer) for layer in _leaves(model))


def count_depth(model: Any) -> int:
    """Return the number of convolutions and dense layers on the longest way through a model.

    Parameters
    ----------
    model : keras.Model
        Built. Blocks and models inside of it are opened.

    Returns
    -------
    int
        The two steps of a separable convolution are two. Gates of squeeze-and-excitation stand
        beside the way, and don't count.

    Examples
    --------
    >>> count_depth(build("resnet18", (64, 64, 3), width=0.125))
    18
    """
    return _weighted(_longest(model, _weighted))


def receptive_field(model: Any) -> tuple[int, int]:
    """Return how much of the image one value of the last feature map sees, as (height, width).

    Parameters
    ----------
    model : keras.Model
        Built. Blocks and models inside of it are opened.

    Returns
    -------
    tuple of int
        Along the way with the largest windows, padding and the image's edge aside. Global
        pooling, dense layers and gates, which see everything, don't count.

    Raises
    ------
    ValueError
        If there is a transposed layer.

    References
    ----------
    A. Araujo, W. Norris and J. Sim, "Computing receptive fields of convolutional neural
    networks", Distill, 2019, doi:10.23915/distill.00021.

    Examples
    --------
    >>> receptive_field(build("vgg16", (32, 32, 3), width=0.125))
    (212, 212)
    """
    path = _longest(model, lambda path: sum(_field(path)))
    return _field(path)


def measure(
    name: str,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
    width: float = 1.0,
) -> Measures:
    """Return the figures of a network of the table, without memory for its weights.

    Parameters
    ----------
    name, input_shape, classes, width
        As in `build`.

    Returns
    -------
    Measures
        ``trainable``, ``total`` (parameters), ``macs``, ``depth`` and ``receptive_field`` as the
        functions of this module count them.

    Raises
    ------
    ValueError
        As `build`.

    Examples
    --------
    >>> measure("vgg16")
    Measures(trainable=138357544, total=138357544, macs=15470264320, depth=16, \
receptive_field=(212, 212))
    """

    def work() -> Measures:
        model = build(name, input_shape, classes, width=width)
        trainable, total = count_params(model)
        macs, depth = count_macs(model), count_depth(model)
        return Measures(trainable, total, macs, depth, receptive_field(model))

    return plain.without_weights(work)


def _inside(layer: Any) -> Any:
    """Return the model inside of a block or a nested model, or None."""
    return getattr(layer, "graph", None) or (layer if hasattr(layer, "layers") else None)


def _leaves(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        inside = _inside(layer)
        if inside is None:
            yield layer
        else:
            yield from _leaves(inside)


def _kernels(layer: Any) -> list[Any]:
    return [kernel for name in KERNELS if (kernel := getattr(layer, name, None)) is not None]


def _layer_macs(layer: Any) -> int:
    total = 0
    for kernel in _kernels(layer):
        _refuse_transposed(layer)
        *positions, _ = layer.output.shape[1:]
        if None in positions:
            _checks.fail("model", "a model with known sizes", layer.output.shape)
        *window, c_in, filters = (1, 1, *kernel.shape)[-4:]
        total += arithmetic.conv_macs((prod(positions), 1), tuple(window), c_in, filters)
    return total


def _longest(model: Any, key: Callable[[Path], int], start: Path = ()) -> Path:
    """Return the layers on the way through `model` of which `key` is largest."""
    paths = {id(tensor): start for tensor in model.inputs}
    for layer in getattr(model, "operations", model.layers):
        for node in layer._inbound_nodes:
            incoming = [id(tensor) for tensor in node.input_tensors]
            if not incoming or not paths.keys() >= set(incoming):
                continue  # the graph's own input, or a call from another graph
            if type(layer).__name__ == "Multiply":
                incoming = incoming[:1]  # what is gated; the gates stand beside the way
            before = max((paths[tensor] for tensor in incoming), key=key)
            inside = _inside(layer)
            after = (*before, layer) if inside is None else _longest(inside, key, before)
            paths.update((id(tensor), after) for tensor in node.output_tensors)
    return max((paths[id(tensor)] for tensor in model.outputs), key=key)


def _weighted(path: Path) -> int:
    return sum(len(_kernels(layer)) for layer in path)


def _field(path: Path) -> tuple[int, int]:
    windows = []
    for layer in path:
        size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
        if size is not None:
            _refuse_transposed(layer)
            windows.append((size, layer.strides, getattr(layer, "dilation_rate", (1, 1))))
    rows, columns = (
        arithmetic.receptive_field([tuple((*sizes, 1)[axis] for sizes in w) for w in windows])
        for axis in (0, 1)
    )
    return rows, columns


def _refuse_transposed(layer: Any) -> None:
    if "Transpose" in type(layer).__name__:
        _checks.fail("model", "a model without transposed convolutions", layer.name)
