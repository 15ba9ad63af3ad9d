"""What separable convolutions cost and buy, beside plain ones at equal parameters and MACs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "separable"
DESCRIPTION = (
    "One network in nine forms, trained alike: an ordinary 3×3 convolution with stride 2, then "
    "five convolutions of f, pool, f, 2f, pool, f, 2f filters, a global average and the classes, "
    "batch normalisation throughout. In *plain* the five are ordinary 3×3 convolutions with f = "
    "32, in *separable* they are depthwise separable ones. Two plain networks are narrower: one "
    "has about the parameters of *separable* (f = 11), one about its multiply-accumulates (f = "
    "9); *separable, wide* (f = 94) has about the parameters of *plain*. Then *separable* with a "
    "ReLU between its two steps, with the pointwise step first, and with squeeze-and-excitation "
    "(ratio 4) after every convolution of the five, and *plain* with the latter."
)
DATA = (
    "Sample flowers, 64 px, drawn from seeds 0 to 2: 500 images train for 12 epochs, 400 test. "
    "Batches of 25, Adam from 0.003 down to 0 along a cosine. The seed also sets the initial "
    "weights and the order of the batches."
)
TRAINED_ON, DRAWN, SIZE = 500, 1600, 64
EPOCHS, BATCH, RATE = 12, 25, 3e-3
# By name: f, whether the five are separable, and how.
FORMS: dict[str, tuple[int, bool, dict[str, Any]]] = {
    "plain": (32, False, {}),
    "plain, equal parameters": (11, False, {}),
    "plain, equal MACs": (9, False, {}),
    "separable": (32, True, {}),
    "separable, wide": (94, True, {}),
    "separable, ReLU between": (32, True, {"between": "relu"}),
    "separable, pointwise first": (32, True, {"order": "pointwise_first"}),
    "separable, SE": (32, True, {"ratio": 4}),
    "plain, SE": (32, False, {"ratio": 4}),
}
ARMS = [{"form": form, "seed": seed} for form in FORMS for seed in range(3)]
LABELS = {
    "form": "network",
    "accuracy": "test accuracy",
    "parameters": "trainable parameters",
    "macs": "multiply-accumulates",
}
# Training sums in another order on other processors and ends elsewhere; the counts are exact.
TOLERANCE = {
    "accuracy": {"absolute": 0.1},
    "parameters": {"absolute": 0},
    "macs": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one form and return its test accuracy, its size and its cost."""
    import keras

    from cnncourse import models

    (images, labels), new = _flowers(arm["seed"])
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = network(*FORMS[arm["form"]])
    steps = EPOCHS * len(images) // BATCH
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than training
    )
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    _, accuracy = model.evaluate(*new, batch_size=200, verbose=0)
    trainable, _ = models.count_params(model)
    return {"accuracy": accuracy, "parameters": trainable, "macs": models.count_macs(model)}


def network(filters: int, separable: bool, options: dict[str, Any]) -> Any:
    """Return the network; its last layer gives logits."""
    import keras

    from cnncourse import layers

    how = dict(options)
    ratio = how.pop("ratio", None)

    def plain(count: int, stride: int = 1) -> list[Any]:
        return [
            keras.layers.Conv2D(
                count, 3, stride, "same", use_bias=False, kernel_initializer="he_normal"
            ),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
        ]

    def convolution(count: int) -> list[Any]:
        unit = layers.SeparableUnit(count, normalisation="end", activation="relu", **how)
        made = [unit] if separable else plain(count)
        return [*made, layers.SqueezeExcite(ratio)] if ratio else made

    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Rescaling(1 / 127.5, offset=-1.0),
            *plain(16, stride=2),
            *convolution(filters),
            keras.layers.MaxPooling2D(),
            *convolution(filters),
            *convolution(2 * filters),
            keras.layers.MaxPooling2D(),
            *convolution(filters),
            *convolution(2 * filters),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(5),
        ]
    )


@cache
def _flowers(seed: int) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return images and labels to train on, and new ones."""
    from cnncourse import data

    drawn = data.load("flowers", seed=seed, count=DRAWN, size=SIZE, progress=False)
    old, held_back = drawn.train.take(TRAINED_ON), (drawn.validation, drawn.test)
    images = np.concatenate([np.asarray(part.images) for part in held_back])
    labels = np.concatenate([np.asarray(part.labels) for part in held_back])
    return (old.images, old.labels), (images, labels)
