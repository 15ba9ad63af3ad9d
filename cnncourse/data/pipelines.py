"""Input pipelines: every example decoded once, everything random drawn anew each epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnncourse import _checks
from cnncourse.data import transforms
from cnncourse.data._dataset import Split

# keras.applications: the module whose `preprocess_input` a model was trained with.
_PREPROCESSING = {
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    **dict.fromkeys(("resnet50", "resnet101", "resnet152"), "resnet"),
    **dict.fromkeys(("resnet50v2", "resnet101v2", "resnet152v2"), "resnet_v2"),
    "inception_v3": "inception_v3",
    "inception_resnet_v2": "inception_resnet_v2",
    "xception": "xception",
    "mobilenet": "mobilenet",
    "mobilenet_v2": "mobilenet_v2",
    "mobilenet_v3": "mobilenet_v3",
    **dict.fromkeys(("densenet121", "densenet169", "densenet201"), "densenet"),
    **{f"efficientnet_b{number}": "efficientnet" for number in range(8)},
}


def preprocessing(model: str) -> Callable[[Any], Any]:
    """Return the function that brings pictures of 0 to 255 to what `model` was trained on.

    Parameters
    ----------
    model : str
        Name of a ``keras.applications`` model in lower case, such as ``"mobilenet_v2"``.

    Returns
    -------
    callable
        Takes a float array or tensor of shape (..., H, W, 3), RGB, 0 to 255; leaves it unchanged
        and returns a new one of the same shape.
    """
    _checks.choice("model", model, _PREPROCESSING)
    import keras

    module = getattr(keras.applications, _PREPROCESSING[model])

    def preprocess(images):
        # The Keras functions write into a NumPy array that they are given.
        images = np.array(images, np.float32) if isinstance(images, np.ndarray) else images
        return module.preprocess_input(images)

    return preprocess


def stratified_split(labels, fractions: Sequence[float], seed: int = 0) -> list[np.ndarray]:
    """Split positions so that each part has the class shares of the whole.

    Parameters
    ----------
    labels : array-like of int, shape (N,)
    fractions : sequence of float
        Shares of the parts; they sum to 1.
    seed : int

    Returns
    -------
    list of ndarray of int64
        Positions, one array per part, in random order; together each position once. Per class,
        part sizes differ from the exact share by less than one example.

    Raises
    ------
    ValueError
        If the shares do not sum to 1, or a class has fewer examples than there are parts.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or labels.dtype.kind not in "iu":
        _checks.fail("labels", "a non-empty array of integers with one axis", labels)
    shares = [_checks.number("fractions", share, 0.0, 1.0) for share in fractions]
    if len(shares) < 2 or abs(sum(shares) - 1) > 1e-9:
        _checks.fail("fractions", "at least two shares that sum to 1", fractions)
    generator = np.random.default_rng(_checks.integer("seed", seed, 0))
    parts: list[list[np.ndarray]] = [[] for _ in shares]
    for label in np.unique(labels):
        positions = generator.permutation(np.flatnonzero(labels == label))
        if len(positions) < sum(share > 0 for share in shares):
            _checks.fail(
                "labels", f"at least {len(shares)} examples of class {label}", len(positions)
            )
        ends = np.rint(np.cumsum(shares) * len(positions)).astype(int)
        for part, chunk in zip(parts, np.split(positions, ends[:-1]), strict=True):
            part.append(chunk)
    return [generator.permutation(np.concatenate(part)) for part in parts]


def pipeline(
    split: Split,
    size: int | tuple[int, int],
    *,
    batch: int = 32,
    training: bool = False,
    augment: Callable[[Any], Any] | None = None,
    preprocess: Callable[[Any], Any] | None = None,
    margin: float = 0.15,
    cache: bool = True,
    repeat: bool = False,
    seed: int = 0,
):
    """Return batches of ``(images, labels)`` for classification, ready for ``model.fit``.

    A picture is decoded, cut to its central square and resized once, in parallel, and kept. While
    training, each epoch draws a new order, new crops and flips; `augment` and `preprocess` then
    work on whole batches, which costs a fraction of doing so picture by picture.

    Parameters
    ----------
    split : Split
    size : int or (height, width)
        Of the pictures that come out.
    batch : int
        Pictures per batch; the last batch of an epoch may be smaller.
    training : bool
        Shuffle, crop and flip at random.
    augment : callable, optional
        Applied to a float32 batch of values 0 to 255, in training only.
    preprocess : callable, optional
        Applied last; see `preprocessing`.
    margin : float
        How much larger than `size` pictures are kept in training, to leave random crops room.
    cache : bool
        Keep resized pictures in memory. Switch off what does not fit: one picture takes
        ``H * W * 3`` bytes.
    repeat : bool
        Go on for ever; then ``fit`` needs ``steps_per_epoch``.
    seed : int

    Returns
    -------
    tf.data.Dataset
        Of ``(float32 (B, H, W, C), int64 (B,))``.
    """
    import tensorflow as tf

    height, width = _checks.pair("size", size, 1)
    batch = _checks.integer("batch", batch, 1)
    margin = _checks.number("margin", margin, 0.0, 1.0)
    seed = _checks.integer("seed", seed, 0)
    stored = (
        (round(height * (1 + margin)), round(width * (1 + margin))) if training else (height, width)
    )

    def keep(example):
        image = transforms.resize(transforms.central_crop(example["image"]), stored)
        return tf.cast(tf.round(tf.clip_by_value(image, 0, 255)), tf.uint8), example["label"]

    def vary(pair, number):
        images, labels = pair
        return _crops_and_flips(images, (height, width), tf.stack([number, seed])), labels

    def finish(images, labels):
        images = tf.cast(images, tf.float32)
        if training and augment is not None:
            images = augment(images)
        return (images if preprocess is None else preprocess(images)), labels

    stream = split.stream().map(keep, num_parallel_calls=tf.data.AUTOTUNE)
    if cache:
        stream = stream.cache()
    if training:
        stream = stream.shuffle(len(split), seed=seed, reshuffle_each_iteration=True)
    if repeat:
        stream = stream.repeat()
    stream = stream.batch(batch, num_parallel_calls=tf.data.AUTOTUNE)
    if training:
        numbers = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)
        stream = tf.data.Dataset.zip(stream, numbers).map(vary, num_parallel_calls=tf.data.AUTOTUNE)
    return stream.map(finish, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _crops_and_flips(images, size: tuple[int, int], seed):
    """Return a window of `size` out of every picture, at random places, every other one mirrored.

    One call of ``crop_and_resize`` serves the whole batch: a window of its own size is cut at
    whole pixels, and one whose right end comes first comes out mirrored.
    """
    import tensorflow as tf

    shape = tf.shape(images)
    room = tf.cast(shape[1:3] - tf.constant(size), tf.float32)
    random = tf.random.stateless_uniform([shape[0], 3], seed)
    top, left = tf.unstack(tf.minimum(tf.floor(random[:, :2] * (room + 1)), room), axis=1)
    bottom, right = top + (size[0] - 1), left + (size[1] - 1)
    mirrored = random[:, 2] < 0.5
    left, right = tf.where(mirrored, right, left), tf.where(mirrored, left, right)
    last = tf.cast(tf.maximum(shape[1:3] - 1, 1), tf.float32)
    windows = tf.stack([top / last[0], left / last[1], bottom / last[0], right / last[1]], axis=1)
    return tf.image.crop_and_resize(images, windows, tf.range(shape[0]), size)
