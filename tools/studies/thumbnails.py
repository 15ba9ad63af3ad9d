"""A thumbnail of every family on the sample flowers, at one budget."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np

NAME = "thumbnails"
DESCRIPTION = (
    "Ten networks of the table, each made as narrow as it takes to need about 2 million "
    "multiply-accumulates an image, trained alike on the same images: how well does each family "
    "do where all have the same work to do? Weights, rates and batches are the same for all, and "
    "tuned for none. Networks without batch normalisation or residual units have to learn with "
    "them or not at all."
)
DATA = (
    "Sample flowers, 72 px, drawn from seeds 0 to 2: 1,500 images train for 6 epochs, mirrored at "
    "random, 400 test. Batches of 50, Adam from 0.002 down to 0 along a cosine. The seed also sets "
    "the initial weights, the order of the batches and what is mirrored."
)
# The smallest size that AlexNet takes is 67.
SIZE, TRAINED_ON, TESTED_ON = 72, 1500, 400
EPOCHS, BATCH, RATE = 6, 50, 2e-3
BUDGET = 2_000_000
NETWORKS = (
    *("lenet5", "alexnet_one_group", "vgg11", "nin", "googlenet", "resnet18", "resnet34"),
    *("xception", "mobilenet", "se_resnet18"),
)
ARMS = [{"network": name, "seed": seed} for seed in range(3) for name in NETWORKS]
LABELS = {
    "accuracy": "test accuracy",
    "seen": "accuracy on the images trained on",
    "width": "width, times the paper's",
    "parameters": "trainable parameters",
    "macs": "multiply-accumulates",
}
# Training sums in another order on other processors and ends elsewhere; the rest is exact.
TOLERANCE = {
    "accuracy": {"absolute": 0.15},
    "seen": {"absolute": 0.2},
    "width": {"absolute": 1e-9},
    "parameters": {"absolute": 0},
    "macs": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one thumbnail and return its accuracy, its size and its cost."""
    import keras

    from cnncourse import models

    images, labels = flowers(arm["seed"])
    old, new = slice(TRAINED_ON), slice(TRAINED_ON, None)
    width = width_for(arm["network"])
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = models.build(arm["network"], images.shape[1:], 5, width=width, activation=None)
    train(model, images[old], labels[old], arm["seed"])
    _, seen = model.evaluate(images[old], labels[old], batch_size=200, verbose=0)
    _, accuracy = model.evaluate(images[new], labels[new], batch_size=200, verbose=0)
    return {
        "accuracy": accuracy,
        "seen": seen,
        "width": width,
        "parameters": models.count_params(model).trainable,
        "macs": models.count_macs(model),
    }


def train(model: Any, images: np.ndarray, labels: np.ndarray, seed: int) -> None:
    """Train a network that gives logits, in place, as every arm is trained."""
    import keras

    steps = EPOCHS * len(images) // BATCH
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than training
    )
    rng = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        mirrored = rng.random(len(images)) < 0.5
        epoch = images.copy()
        epoch[mirrored] = epoch[mirrored, :, ::-1]
        model.fit(epoch, labels, batch_size=BATCH, verbose=0)


@cache
def width_for(name: str, budget: int = BUDGET) -> float:
    """Return the width at which a network's multiply-accumulates are closest to the budget.

    They grow nearly with the square of the width, in steps, since filters come whole: a few
    guesses by that rule, and the best of them.
    """
    from cnncourse import models
    from cnncourse.layers import plain

    def macs(width: float) -> int:
        model = models.build(name, (SIZE, SIZE, 3), 5, width=width)
        return models.count_macs(model)

    width, off = 0.1, {}
    for _ in range(4):
        cost: int = plain.without_weights(partial(macs, width))
        off[width] = abs(cost - budget)
        width = round(width * (budget / cost) ** 0.5, 4)
    return min(off, key=off.__getitem__)


@cache
def flowers(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return images from -1 to 1 and labels, those to train on first."""
    from cnncourse import samples

    drawn = samples.flowers(TRAINED_ON + TESTED_ON, SIZE, seed, progress=False)
    return drawn.images.astype("float32") / 127.5 - 1, np.asarray(drawn.labels)
