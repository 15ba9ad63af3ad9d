"""The one place where gradients are taken, and the scores they are taken of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.explain._network import Network

# From a model's output, what was heard, and which images these are (a slice or indices), to one
# number an image.
Score = Callable[[Any, dict[str, Any], Any], Any]


def gradients(
    network: Network,
    images: np.ndarray,
    score: Score,
    rows: Any,
    at: str | None = None,
    listen: Sequence[str] = (),
    logits: bool = True,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the scores of a batch, what they were differentiated by, and the gradients.

    Parameters
    ----------
    network : Network
    images : ndarray of shape (n, H, W, C)
    score : callable
        One number for each image.
    rows : slice or ndarray of int
        Which images of the whole these are, for `score`.
    at : str, optional
        Path of the layer by whose output to differentiate; None means by the pixels.
    listen : sequence of str
        Paths of further layers that `score` wants to hear.
    logits : bool
        Whether a softmax or sigmoid at the end is left out.

    Returns
    -------
    scores : ndarray of shape (n,)
    values, gradients : ndarray, both of the shape of the images or of the layer's output
    """
    import tensorflow as tf

    pixels = keras.ops.convert_to_tensor(images, "float32")
    # The weights are constants here: watching them would keep every layer's output in memory.
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        if at is None:
            tape.watch(pixels)
        watch = None if at is None else tape.watch
        heard_of = [*listen, *([at] if at is not None else [])]
        output, heard = network.run(pixels, heard_of, watch, logits)
        scores = keras.ops.cast(score(output, heard, rows), "float32")
        if scores.shape != (len(images),):
            _checks.fail("score", f"one number an image, shape ({len(images)},)", scores.shape)
        total = keras.ops.sum(scores)  # images don't meet: each gets the gradient of its own score
    values = pixels if at is None else heard[at]
    slopes = tape.gradient(total, values)
    if slopes is None:
        place = "the pixels" if at is None else f"the layer {at!r}"
        _checks.fail("score", f"a score that depends on {place}", score)
    return tuple(
        keras.ops.convert_to_numpy(keras.ops.cast(each, "float32"))
        for each in (scores, values, slopes)
    )


def scores_of(
    network: Network, class_index: Any, score: Callable[[Any], Any] | None, batch_size: int
) -> tuple[Score, bool]:
    """Return what to differentiate, the score of a class or a function of the output.

    The second value says whether a softmax has to be undone: of a function given as `score` the
    model's own output is the argument.
    """
    if score is None:
        classes = network.classes(class_index, batch_size)

        def of_class(output: Any, heard: dict[str, Any], rows: Any) -> Any:
            return keras.ops.take_along_axis(output, classes[rows, np.newaxis], axis=1)[:, 0]

        return of_class, True
    if class_index is not None:
        _checks.fail("class_index", "None when a `score` is given", class_index)
    if not callable(score):
        _checks.fail("score", "a function from outputs to one number an image", score)
    return (lambda output, heard, rows: score(output)), False
