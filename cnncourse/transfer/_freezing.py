"""What a training may change: freezing, unfreezing from the top, and batch normalisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from cnncourse import _checks


def freeze(model: keras.Model) -> keras.Model:
    """Keep every weight of a model as it is; compile again afterwards.

    A frozen batch normalisation also computes with its stored statistics and leaves them alone,
    even in training.

    Parameters
    ----------
    model : keras.Model
        A base, alone or as a layer of a classifier. Its own layers are frozen with it.

    Returns
    -------
    keras.Model
        The same model.

    Examples
    --------
    >>> from cnncourse import transfer
    >>> base = transfer.freeze(transfer.backbone((64, 64, 3)))
    >>> model = transfer.classifier(base, 5)
    >>> [weight.path for weight in model.trainable_weights]
    ['scores/kernel', 'scores/bias']
    """
    _model(model).trainable = False
    return model


def unfreeze(model: keras.Model, top: int | str | None = None) -> keras.Model:
    """Let a base learn again, all of it or its last part; compile again afterwards.

    Batch normalisation stays frozen everywhere. Its statistics would otherwise move with each
    small batch, and ``base(x, training=False)`` doesn't stop that: in Keras 3 that a layer is
    frozen does.

    Parameters
    ----------
    model : keras.Model
        A base, alone or as a layer of a classifier.
    top : int, str or None
        None unfreezes the whole base. A number unfreezes that many of the last layers with weights,
        batch normalisation not counted. A name unfreezes from the first layer on whose name is
        that or begins with it, as in ``"stage3"``. What lies below is frozen.

    Returns
    -------
    keras.Model
        The same model.

    Raises
    ------
    ValueError
        If there are fewer layers, or no layer of this name.

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167, section 3.1 (what
    it computes with after training); J. Yosinski and others, "How transferable are features in
    deep neural networks?", NeurIPS 2014, arXiv:1411.1792 (how far down to go).

    Examples
    --------
    >>> from cnncourse import transfer
    >>> base = transfer.unfreeze(transfer.backbone((64, 64, 3)), top=1)
    >>> [weight.path for weight in base.trainable_weights]
    ['stage3_2_conv/kernel']
    """
    leaves = list(_leaves(_model(model)))
    start = _start(model, leaves, top)
    model.trainable = True
    for position, layer in enumerate(leaves):
        layer.trainable = position >= start and not _is_batch_norm(layer)
    return model


def batch_norms(model: keras.Model) -> list[keras.layers.Layer]:
    """Return every batch normalisation of a model, those inside of inner models included.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    list of keras.layers.BatchNormalization

    Examples
    --------
    >>> from cnncourse import transfer
    >>> len(batch_norms(transfer.backbone((64, 64, 3))))
    12
    """
    return [layer for layer in _leaves(_model(model)) if _is_batch_norm(layer)]


def _leaves(layer: Any) -> Iterator[keras.layers.Layer]:
    """Yield the layers without layers inside, in the order in which data reach them."""
    inner = getattr(layer, "layers", None) or getattr(layer, "_layers", None)
    if not inner:
        yield layer
    for one in inner or ():
        yield from _leaves(one)


def _is_batch_norm(layer: Any) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)


def _start(model: Any, leaves: list, top: int | str | None) -> int:
    """Return the position of the first leaf to unfreeze."""
    if top is None:
        return 0
    if isinstance(top, str):
        for layer in model.layers:
            if top and layer.name.startswith(top):
                return leaves.index(next(_leaves(layer)))
        names = ", ".join(repr(layer.name) for layer in model.layers[-12:])
        _checks.fail("top", f"the beginning of a layer's name, such as {names}", top)
    weighty = [at for at, one in enumerate(leaves) if one.weights and not _is_batch_norm(one)]
    count = _checks.integer("top", top, 1)
    if count > len(weighty):
        _checks.fail("top", f"at most {len(weighty)}, the layers with weights", top)
    return weighty[-count]


def _model(model: Any) -> keras.Model:
    if not isinstance(model, keras.Model):
        _checks.fail("model", "a Keras model", type(model).__name__)
    return model
