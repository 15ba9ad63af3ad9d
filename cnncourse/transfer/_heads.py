"""New heads for old bases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from cnncourse import _checks
from cnncourse.layers import plain

HEADS = ("gap", "flatten")


def head(
    feature_shape: Sequence[int | None],
    classes: int,
    kind: str = "gap",
    *,
    hidden: Sequence[int] = (),
    dropout: float = 0.0,
) -> keras.Model:
    """Return a small network from feature maps to probabilities.

    Train it alone on maps that were computed once, and give it to `classifier` afterwards.

    Parameters
    ----------
    feature_shape : (height, width, channels)
        Of the maps. A pooled head takes None for height and width.
    classes : int
        At least 1; 1 gives one sigmoid, more give a softmax.
    kind : {"gap", "flatten"}
        Read the mean of each map, or every value of it. The second knows where things are, and
        costs height times width as many weights.
    hidden : sequence of int
        Units of dense layers with ReLU in between.
    dropout : float
        Share of values to drop before the last layer, from 0 up to but not including 1.

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        If an argument is out of its range, or the size of maps to flatten isn't known.

    References
    ----------
    M. Lin, Q. Chen and S. Yan, "Network in network", ICLR 2014, arXiv:1312.4400, section 3.2.

    Examples
    --------
    The last maps of VGG16, for 133 breeds of dogs; and a head of two classes with a hidden layer.

    >>> head((7, 7, 512), 133, "flatten").count_params(), head((7, 7, 512), 133).count_params()
    (3336837, 68229)
    >>> head((4, 4, 512), 1, "flatten", hidden=(256,)).count_params()
    2097665
    """
    shape = _feature_shape(feature_shape)
    return plain.assemble(shape, _fresh_layers(shape, classes, kind, hidden, dropout), name="head")


def classifier(
    base: keras.Model,
    classes: int | None = None,
    head: str | keras.Model = "gap",
    *,
    hidden: Sequence[int] = (),
    dropout: float = 0.0,
    augmentation: keras.layers.Layer | None = None,
) -> keras.Model:
    """Return a classifier: a base, as it is frozen or not, with a new head.

    Parameters
    ----------
    base : keras.Model
        From images to feature maps, such as `backbone`. It becomes one layer of the classifier,
        under its own name.
    classes : int, optional
        At least 1; not with a head that is a model.
    head : {"gap", "flatten"} or keras.Model
        A fresh head of this kind, or one that was trained on features of this base.
    hidden, dropout
        As in the function `head`.
    augmentation : keras.layers.Layer, optional
        What is done to images before the base, in training only, such as
        ``keras.layers.RandomFlip("horizontal")``.

    Returns
    -------
    keras.Model
        Images to probabilities. Saved as ``.keras``, it loads without any code of this package.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a trained head doesn't fit the base.

    Examples
    --------
    >>> from cnncourse import transfer
    >>> model = transfer.classifier(transfer.backbone((64, 96, 3)), 5, dropout=0.2)
    >>> model.output_shape, [layer.name for layer in model.layers]
    ((None, 5), ['images', 'cnncourse_backbone', 'pool', 'dropout', 'scores', 'probabilities'])
    """
    if not isinstance(base, keras.Model):
        _checks.fail("base", "a Keras model", type(base).__name__)
    if len(base.inputs) != 1 or len(base.outputs) != 1 or len(base.output_shape) != 4:
        _checks.fail("base", "a model from images to maps (N, H, W, C)", base.name)
    inputs = x = keras.Input(base.input_shape[1:], name="images")
    if augmentation is not None:
        x = augmentation(x)
    x = base(x)
    for layer in _head_layers(base.output_shape[1:], classes, head, hidden, dropout):
        x = layer(x)
    return keras.Model(inputs, x, name=f"{base.name}_classifier")


def _head_layers(shape: Any, classes: Any, kind: Any, hidden: Any, dropout: Any) -> list:
    if isinstance(kind, keras.Model):
        if classes is not None or hidden or dropout:
            _checks.fail("head", "a word, if classes, hidden or dropout are given", kind.name)
        wanted = kind.input_shape[1:]
        fits = len(wanted) == len(shape) and all(
            one in (None, other) for one, other in zip(wanted, shape, strict=True)
        )
        if not fits:
            _checks.fail("head", f"a model that takes maps of shape {tuple(shape)}", wanted)
        return [layer for layer in kind.layers if not isinstance(layer, keras.layers.InputLayer)]
    _checks.choice("head", kind, HEADS)
    if classes is None:
        _checks.fail("classes", "an integer of at least 1", classes)
    return _fresh_layers(shape, classes, kind, hidden, dropout)


def _fresh_layers(shape: Any, classes: Any, kind: str, hidden: Any, dropout: Any) -> list:
    classes = _checks.integer("classes", classes, 1)
    kind = _checks.choice("kind", kind, HEADS)
    if not isinstance(hidden, (tuple, list)):
        _checks.fail("hidden", "a sequence of integers", hidden)
    units = [_checks.integer("hidden", count, 1) for count in hidden]
    rate = _checks.number("dropout", dropout, 0)
    if rate >= 1:
        _checks.fail("dropout", "a number from 0 up to but not including 1", dropout)
    if kind == "flatten" and None in shape:
        _checks.fail("feature_shape", "a known height and width, to flatten them", shape)

    layers = [plain.global_average("pool") if kind == "gap" else plain.flatten("flatten")]
    for number, count in enumerate(units, 1):
        layers.append(plain.dense(count, "relu", initializer="he_normal", name=f"hidden{number}"))
    if rate:
        layers.append(plain.dropout(rate, "dropout"))
    layers.append(plain.dense(classes, name="scores"))
    last = "softmax" if classes > 1 else "sigmoid"
    layers.append(plain.activation(last, "probabilities", dtype="float32"))
    return layers


def _feature_shape(value: Any) -> tuple[int | None, ...]:
    expected = "(height, width, channels), height and width perhaps None"
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        _checks.fail("feature_shape", expected, value)
    try:
        sides = tuple(
            None if side is None else _checks.integer("feature_shape", side, 1)
            for side in value[:2]
        )
        return (*sides, _checks.integer("feature_shape", value[2], 1))
    except ValueError:
        _checks.fail("feature_shape", expected, value)
