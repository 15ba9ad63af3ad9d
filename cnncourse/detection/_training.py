"""Training a detector on images in memory."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

from cnncourse import _checks
from cnncourse.detection._loss import CentreLoss
from cnncourse.detection._targets import mirror


def train(
    model: keras.Model,
    images: Any,
    targets: Any,
    epochs: int,
    seed: int = 0,
    rate: float = 3e-3,
    batch: int = 16,
    flip: bool = True,
) -> list[float]:
    """Train a detector in place: Adam, a rate that rises and falls, half of the images mirrored.

    The rate grows from 0 over the first twentieth of the steps and falls to 0 along a cosine. The
    gradient of each weight is cut to a norm of 5, as the first steps of fresh heads are wild.

    Parameters
    ----------
    model : keras.Model
        As `detector` makes it. It is compiled here.
    images : array_like of shape (N, H, W, 3)
        Pixels of 0 to 255.
    targets : array_like of shape (N, H / 4, W / 4, classes + 5)
        As `encode` returns them.
    epochs, batch : int
        At least 1.
    seed : int
        Of the order of the images and of which are mirrored, at least 0. What the network starts
        from is set by ``keras.utils.set_random_seed`` *before* it is made.
    rate : float
        The highest, above 0.
    flip : bool
        Whether images are mirrored at all.

    Returns
    -------
    list of float
        The mean loss of every epoch.

    Raises
    ------
    ValueError
        If numbers don't agree, or an argument is out of its range.
    """
    pictures = _checks.array("images", images, "N H W C")
    if len(targets) != len(pictures):
        _checks.fail("targets", f"one map for each of {len(pictures)} images", targets)
    epochs = _checks.integer("epochs", epochs, 1)
    batches = _Batches(
        np.asarray(images),
        np.asarray(targets),
        _checks.integer("batch", batch, 1),
        _checks.integer("seed", seed, 0),
        _checks.flag("flip", flip),
    )
    if _checks.number("rate", rate, 0) == 0:
        _checks.fail("rate", "a number above 0", rate)
    steps = epochs * len(batches)
    warm = min(max(10, steps // 20), steps - 1)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm, warmup_target=rate, warmup_steps=warm
    )
    model.compile(
        keras.optimizers.Adam(schedule, clipnorm=5.0),
        CentreLoss(),
        jit_compile=False,  # compiling would take longer than a short training
    )
    history = model.fit(batches, epochs=epochs, shuffle=False, verbose=0)
    return [float(value) for value in history.history["loss"]]


class _Batches(keras.utils.PyDataset):
    """Batches in an order of their own in every epoch, mirrored by chance."""

    def __init__(
        self, images: np.ndarray, targets: np.ndarray, batch: int, seed: int, flip: bool
    ) -> None:
        super().__init__()
        self.images, self.targets, self.batch, self.flip = images, targets, batch, flip
        self.rng = np.random.default_rng(seed)
        self.order = self.rng.permutation(len(images))

    def __len__(self) -> int:
        return math.ceil(len(self.images) / self.batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * self.batch : (index + 1) * self.batch]
        images, targets = self.images[chosen], self.targets[chosen]
        mirrored = self.rng.random(len(chosen)) < (0.5 if self.flip else 0)
        if mirrored.any():
            images[mirrored], targets[mirrored] = mirror(images[mirrored], targets[mirrored])
        return images, targets

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.images))
