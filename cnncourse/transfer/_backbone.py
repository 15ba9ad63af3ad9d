"""Our own small pretrained network: its weights, what is known of them, and its answers."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import keras
import numpy as np

from cnncourse import _checks, data
from cnncourse.transfer import _network

WEIGHTS, CARD = "backbone.npz", "backbone.json"


class Guess(NamedTuple):
    """A class and the probability a network gives it."""

    name: str
    probability: float


def backbone(
    input_shape: Sequence[int | None] = (64, 64, 3),
    weights: str | None = "cnncourse",
    include_top: bool = False,
) -> keras.Model:
    """Return our small residual network, pretrained on drawn shapes, patterns and flowers.

    It has 0.54 million parameters and gives maps at 1/4, 1/8 and 1/16 of the images' size, as
    layers named ``"stage1"``, ``"stage2"`` and ``"stage3"`` (and ``"stem"`` at 1/2). It takes
    pixels of 0 to 255 as they are: scaling them to -1 … 1 is its first layer. `card` says what it
    was trained on, and how well.

    Parameters
    ----------
    input_shape : (height, width, 3)
        Of the images, without the batch axis; each side at least 32, or None for any. The weights
        come from pictures of 48 and 64 pixels.
    weights : {"cnncourse", None}
        None starts afresh.
    include_top : bool
        Whether the 55 probabilities of `samples.garden` come out (see `decode`) instead of the
        last maps.

    Returns
    -------
    keras.Model
        Images (N, H, W, 3) to maps (N, ⌈H/16⌉, ⌈W/16⌉, 120), or to probabilities (N, 55).

    Raises
    ------
    ValueError
        If an argument is out of its range.
    cnncourse.data.DamagedDataError
        If the file of weights isn't the one that was shipped.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016,
    arXiv:1512.03385 (the units); T. He and others, "Bag of tricks for image classification with
    convolutional neural networks", CVPR 2019, arXiv:1812.01187, section 4 (averaging in the
    shortcut).

    Examples
    --------
    >>> base = backbone((64, 96, 3))
    >>> base.output_shape, base.get_layer("stage1").output.shape
    ((None, 4, 6, 120), (None, 16, 24, 32))
    """
    if weights is not None:
        _checks.choice("weights", weights, ["cnncourse"])
    classes = len(card()["class_names"]) if _checks.flag("include_top", include_top) else None
    model = _network.network(_shape(input_shape), classes)
    if weights is not None:
        stored = _weights()
        model.set_weights([stored[weight.path].astype(np.float32) for weight in model.weights])
    return model


@cache
def _card() -> str:
    return (files("cnncourse.transfer") / CARD).read_text(encoding="utf-8")


def card() -> dict[str, Any]:
    """Return what is known of the shipped weights: data, seeds, accuracy, hardware, checksum.

    Returns
    -------
    dict
        As `tools/pretrain_backbone.py` writes it when it ships weights.

    Examples
    --------
    >>> card()["size"], len(card()["class_names"])
    (64, 55)
    """
    return json.loads(_card())


def decode(probabilities: Any, top: int = 3, class_names: Sequence[str] | None = None) -> list:
    """Return the most probable classes of each image, the most probable first.

    Parameters
    ----------
    probabilities : array_like of shape (N, classes)
        As a network with a top returns them.
    top : int
        How many classes, at least 1 and at most all.
    class_names : sequence of str, optional
        In the order of the probabilities; by default those of our backbone.

    Returns
    -------
    list of list of Guess
        Named pairs ``(name, probability)``. Of equals, the earlier class comes first.

    Raises
    ------
    ValueError
        If shapes and names don't fit together.

    Examples
    --------
    >>> decode([[0.1, 0.7, 0.2]], top=2, class_names=["daisy", "rose", "tulip"])
    [[Guess(name='rose', probability=0.7), Guess(name='tulip', probability=0.2)]]
    """
    names = card()["class_names"] if class_names is None else list(class_names)
    table = np.asarray(probabilities)
    if table.ndim != 2 or table.shape[1] != len(names):
        _checks.fail("probabilities", f"an array of shape (N, {len(names)})", probabilities)
    top = _checks.integer("top", top, 1)
    if top > len(names):
        _checks.fail("top", f"at most {len(names)}, the number of classes", top)
    order = np.argsort(-table, axis=1, kind="stable")[:, :top]
    return [
        [Guess(names[index], float(row[index])) for index in best]
        for row, best in zip(table, order, strict=True)
    ]


def truncate(model: keras.Model, layer: str) -> keras.Model:
    """Return the part of a model that ends with the layer of this name; weights are shared.

    Parameters
    ----------
    model : keras.Model
        Functional, such as `backbone` or those of ``keras.applications``.
    layer : str
        Name of one of its layers.

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If there is no such layer; the message lists the names there are.

    Examples
    --------
    >>> truncate(backbone((64, 64, 3)), "stage2").output_shape
    (None, 8, 8, 64)
    """
    names = [one.name for one in model.layers]
    if layer not in names:
        near = ", ".join(repr(name) for name in names[-12:])
        _checks.fail("layer", f"the name of a layer of {model.name!r}, such as {near}", layer)
    # One input by itself and not in a list, which Keras would warn of when it is called.
    inputs = model.inputs[0] if len(model.inputs) == 1 else model.inputs
    return keras.Model(inputs, model.get_layer(layer).output, name=f"{model.name}_to_{layer}")


def _shape(value: Any) -> tuple[int | None, int | None, int]:
    expected = (
        f"(height, width, 3) with sides of at least {_network.SMALLEST}, or None for any side"
    )
    if not isinstance(value, (tuple, list)) or len(value) != 3 or value[2] != 3:
        _checks.fail("input_shape", expected, value)
    try:
        height, width = (
            None if side is None else _checks.integer("input_shape", side, _network.SMALLEST)
            for side in value[:2]
        )
    except ValueError:
        _checks.fail("input_shape", expected, value)
    return height, width, 3


def _weights() -> dict[str, np.ndarray]:
    """Return the shipped weights by their paths, after their checksum."""
    content = (files("cnncourse.transfer") / WEIGHTS).read_bytes()
    expected, received = card()["sha256"], hashlib.sha256(content).hexdigest()
    if received != expected:
        raise data.DamagedDataError(
            f"cnncourse/transfer/{WEIGHTS}",
            f"sha256 {expected[:16]}… ({card()['bytes']:,} bytes)",
            f"{received[:16]}… ({len(content):,} bytes). Install the package again",
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
