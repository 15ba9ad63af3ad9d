"""The detector: a backbone, a neck that brings its maps back to a quarter, and two heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from cnncourse import _checks, transfer
from cnncourse.layers import plain

NECK = (64, 48)  # channels on the way back, at 1/8 and at 1/4
TAPS = ("stage1", "stage2", "stage3")  # at 1/4, 1/8 and 1/16
MULTIPLE = 16  # so that maps that are doubled fit those they are added to
# What the heads answer at first: a probability of 0.05, and distances of 0.17 of the image. Zeros
# would claim a flower in every other cell, and training would begin with unlearning that.
HEAT, DISTANCE = -3.0, -1.7


def detector(
    classes: int,
    input_shape: Sequence[int] = (96, 96, 3),
    weights: str | None = "cnncourse",
) -> keras.Model:
    """Return a detector of one stage with fresh heads on our own backbone.

    Parameters
    ----------
    classes : int
        At least 1.
    input_shape : (height, width, 3)
        Of the images; height and width are multiples of 16, at least 32.
    weights : {"cnncourse", None}
        Of the backbone, see `transfer.backbone`; None starts afresh.

    Returns
    -------
    keras.Model
        Images (N, H, W, 3) with pixels of 0 to 255, to (N, H / 4, W / 4, classes + 4): logits of
        heat, then distances to left, top, right and bottom as shares of the image, above 0. For
        `CentreLoss` and `decode`.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    References
    ----------
    T.-Y. Lin et al., "Feature Pyramid Networks for Object Detection", CVPR 2017, arXiv:1612.03144
    (the neck); X. Zhou, D. Wang and P. Krähenbühl, "Objects as Points", 2019, arXiv:1904.07850.

    Examples
    --------
    >>> detector(5, (64, 96, 3)).output_shape
    (None, 16, 24, 9)
    """
    classes = _checks.integer("classes", classes, 1)
    expected = f"(height, width, 3), both multiples of {MULTIPLE}"
    if not isinstance(input_shape, (tuple, list)) or any(
        not isinstance(side, int) or side % MULTIPLE for side in input_shape[:2]
    ):
        _checks.fail("input_shape", expected, input_shape)
    base = transfer.backbone(input_shape, weights)
    fine, middle, coarse = (base.get_layer(name).output for name in TAPS)
    x = _step(coarse, NECK[0], 1, "neck_in")
    x = _back(x, middle, NECK[0], "neck_8")
    x = plain.conv(NECK[1], 1, activation=None, name="neck_narrow")(x)
    x = _back(x, fine, NECK[1], "neck_4")
    heat = keras.layers.Conv2D(
        classes, 1, bias_initializer=keras.initializers.Constant(HEAT), name="heat"
    )(x)
    sides = keras.layers.Conv2D(
        4, 1, bias_initializer=keras.initializers.Constant(DISTANCE), name="distances"
    )(x)
    sides = keras.layers.Activation("softplus", name="positive")(sides)
    outputs = keras.layers.Concatenate(name="outputs", dtype="float32")([heat, sides])
    return keras.Model(base.input, outputs, name="detector")


def _back(x: Any, finer: Any, filters: int, name: str) -> Any:
    """Double a map, add what the backbone saw at that size, and mix."""
    x = keras.layers.UpSampling2D(2, name=f"{name}_up")(x)
    lateral = _step(finer, filters, 1, f"{name}_lateral", activation=None)
    x = keras.layers.Add(name=f"{name}_add")([x, lateral])
    x = plain.activation("relu", f"{name}_add_relu")(x)
    return _step(x, filters, 3, name)


def _step(x: Any, filters: int, kernel: int, name: str, activation: str | None = "relu") -> Any:
    x = plain.conv(filters, kernel, activation=None, bias=False, name=f"{name}_conv")(x)
    x = plain.batch_norm(f"{name}_norm")(x)
    return plain.activation(activation, name)(x) if activation else x
