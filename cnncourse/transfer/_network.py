"""The layers of our own small pretrained network."""

from __future__ import annotations

from typing import Any

import keras

from cnncourse.layers import plain

# Filters of the stem and, stage by stage, of the residual units.
STEM = 24
STAGES = ((32,), (64,), (120, 120))
SMALLEST = 32
# Depth of a map against the images: the stem halves them, and so does each stage.
STRIDES = {"stem": 2, "stage1": 4, "stage2": 8, "stage3": 16}


def network(input_shape: tuple[int | None, int | None, int], classes: int | None) -> keras.Model:
    """Return the network with fresh weights: up to its last maps, or given `classes` with a top.

    It is one flat graph. Layers inside of layers would be harder to look at, and what is frozen
    in them is forgotten by a saved file.
    """
    inputs = x = keras.Input(input_shape, name="images")
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="preprocessing")(x)
    x = _normalised(x, STEM, 3, 2, "stem")
    x = plain.activation("relu", "stem")(x)
    for number, units in enumerate(STAGES, 1):
        for position, filters in enumerate(units, 1):
            last = position == len(units)
            name = f"stage{number}" if last else f"stage{number}_unit{position}"
            x = _residual(x, filters, 2 if position == 1 else 1, name)
    if classes is not None:
        x = plain.global_average("pool")(x)
        x = plain.dense(classes, name="logits")(x)
        x = plain.activation("softmax", "probabilities", dtype="float32")(x)
    return keras.Model(inputs, x, name="cnncourse_backbone")


def _residual(x: Any, filters: int, stride: int, name: str) -> Any:
    shortcut = x
    if stride > 1 or x.shape[-1] != filters:
        if stride > 1:  # averaging first looks at every pixel; a strided 1×1 skips three in four
            shortcut = plain.average_pool(stride, stride, "same", f"{name}_shortcut_pool")(x)
        shortcut = _normalised(shortcut, filters, 1, 1, f"{name}_shortcut")
    x = _normalised(x, filters, 3, stride, f"{name}_1")
    x = plain.activation("relu", f"{name}_1_relu")(x)
    x = _normalised(x, filters, 3, 1, f"{name}_2")
    x = keras.layers.Add(name=f"{name}_add")([shortcut, x])
    return plain.activation("relu", name)(x)


def _normalised(x: Any, filters: int, kernel: int, stride: int, name: str) -> Any:
    x = plain.conv(
        filters, kernel, stride, activation=None, bias=False, name=f"{name}_conv"
    )(x)  # fmt: skip
    return plain.batch_norm(f"{name}_norm")(x)
