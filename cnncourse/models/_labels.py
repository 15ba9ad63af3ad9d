"""What layers are called in drawings, and what kind they are of."""

from __future__ import annotations

import re
from typing import Any

from cnncourse.layers import Block

JOINS = {
    "Add": "+",
    "Subtract": "−",
    "Multiply": "×",
    "Concatenate": "concat",
    "Average": "mean",
    "Maximum": "max",
    "Minimum": "min",
}
NAMES = {
    "InputLayer": "input",
    "Conv1D": "conv",
    "Conv2D": "conv",
    "GroupedConv2D": "conv",
    "PartialConv2D": "partial conv",
    "DepthwiseConv2D": "depthwise",
    "SeparableConv1D": "separable",
    "SeparableConv2D": "separable",
    "SeparableUnit": "separable",
    "Conv2DTranspose": "transposed conv",
    "MaxPooling1D": "max pool",
    "MaxPooling2D": "max pool",
    "AveragePooling1D": "average pool",
    "AveragePooling2D": "average pool",
    "GlobalAveragePooling1D": "global average",
    "GlobalAveragePooling2D": "global average",
    "GlobalMaxPooling1D": "global maximum",
    "GlobalMaxPooling2D": "global maximum",
    "TrainableSubsampling2D": "subsampling",
    "DepthMaxPooling2D": "depth max pool",
    "UpSampling2D": "upsampling",
    "RBFOutput": "RBF output",
    "BatchNormalization": "batch norm",
    "LayerNormalization": "layer norm",
    "LocalResponseNormalization": "response norm",
    "ReLU": "ReLU",
    "Inception": "inception module",
    "SEInception": "SE-inception module",
    "MlpConv": "mlpconv",
    "SqueezeExcite": "squeeze-excite",
    "XceptionUnit": "Xception unit",
}
ACTIVATIONS = {"relu": "ReLU", "relu6": "ReLU6", "elu": "ELU", "gelu": "GELU", "silu": "SiLU"}


def inside(layer: Any) -> Any:
    """Return the model inside of a block or a nested model, or None."""
    return getattr(layer, "graph", None) or (layer if hasattr(layer, "layers") else None)


def kind(layer: Any) -> str:
    """Return "input", "block", "join", "conv", "dense", "pool", "norm", "activation" or "other"."""
    name = type(layer).__name__
    if name == "InputLayer":
        return "input"
    if isinstance(layer, Block) or inside(layer) is not None:
        return "block"
    if name in JOINS:
        return "join"
    for word in ("Conv", "Dense", "Pool", "Norm"):
        if word in name:
            return word.lower()
    if name == "RBFOutput":
        return "dense"
    if name == "TrainableSubsampling2D":
        return "pool"
    return "activation" if name == "Activation" or name.endswith(("LU", "Softmax")) else "other"


def label(layer: Any) -> str:
    """Return what a reader calls a layer: its kind and its window."""
    name = type(layer).__name__
    if name == "Activation":
        return activation(layer)
    if name in ("ResidualUnit", "SEResidualUnit"):
        return _residual(layer)
    if hasattr(layer, "layers"):
        return layer.name
    if name == "MaxPooling2D" and window(layer) == (1, 1):
        return "subsample"  # what a strided 1×1 convolution looks at
    words = JOINS.get(name) or NAMES.get(name) or _split(name)
    size = window(layer)
    text = f"{words} {'×'.join(map(str, size))}" if size else words
    groups = getattr(layer, "groups", 1) if kind(layer) == "conv" else 1
    return f"{text}, {groups} groups" if groups > 1 else text


def window(layer: Any) -> tuple[int, ...]:
    """Return a layer's window, or nothing."""
    for name in ("kernel_size", "pool_size", "kernel"):
        size = getattr(layer, name, None)
        if isinstance(size, int):
            return (size, size)
        if isinstance(size, tuple):
            return size
    return ()


def steps(layer: Any) -> str:
    """Return what is to say about a layer's stride and dilation: often nothing."""
    said = []
    strides: Any = getattr(layer, "strides", None) or getattr(layer, "stride", 1)
    strides = (strides,) if isinstance(strides, int) else tuple(strides)
    usual = (kind(layer) == "pool" and window(layer)) or (1,) * len(strides)
    if strides != usual:
        said.append(f"stride {_same(strides)}")
    dilations = getattr(layer, "dilation_rate", 1)
    dilations = (dilations,) if isinstance(dilations, int) else tuple(dilations)
    if set(dilations) != {1}:
        said.append(f"dilation {_same(dilations)}")
    return ", ".join(said)


def activation(layer: Any) -> str:
    """Return the name of the activation that a layer applies, or nothing."""
    function = getattr(layer, "activation", None)
    name = function if isinstance(function, str) else getattr(function, "__name__", "linear")
    return "" if name == "linear" else ACTIVATIONS.get(name, name.replace("_", " "))


def _residual(layer: Any) -> str:
    words = "bottleneck" if layer.bottleneck else "residual unit"
    return f"SE-{words}" if type(layer).__name__ == "SEResidualUnit" else words


def _same(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else "×".join(map(str, sizes))


def _split(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", name).lower()
