"""Seven optimizers on one network, at the same budget."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "optimizers"
DESCRIPTION = (
    "One small convolutional network trained for the same ten epochs by seven optimizers, each at "
    "the learning rate that Keras gives it unless told and at ten times as much. Accuracy after "
    "two and after ten epochs and loss after ten, on images that took no part. The order "
    "differs between the two rates: a ranking at the defaults is one of defaults."
)
DATA = (
    "Sample garments, 28 × 28 pixels, drawn and not photographed, from seeds 0 to 2: 1,000 images "
    "train, the next 1,000 validate; batches of 32. The seed also draws weights and batches."
)
TRAINED_ON, VALIDATED_ON = 1000, 1000
EPOCHS, EARLY, BATCH = 10, 2, 32
# Class of Keras, its settings, its default learning rate.
OPTIMIZERS: dict[str, tuple[str, dict[str, Any], float]] = {
    "SGD": ("SGD", {}, 0.01),
    "SGD with momentum": ("SGD", {"momentum": 0.9}, 0.01),
    "Nesterov momentum": ("SGD", {"momentum": 0.9, "nesterov": True}, 0.01),
    "Adagrad": ("Adagrad", {}, 0.001),
    "RMSprop": ("RMSprop", {}, 0.001),
    "Adam": ("Adam", {}, 0.001),
    "AdamW": ("AdamW", {}, 0.001),
}
ARMS = [
    {"optimizer": name, "rate": rate, "seed": seed}
    for name, (_, _, default) in OPTIMIZERS.items()
    for rate in (default, round(10 * default, 6))
    for seed in range(3)
]
LABELS = {
    "rate": "learning rate",
    "early": f"accuracy, {EARLY} epochs",
    "accuracy": f"accuracy, {EPOCHS} epochs",
    "loss": f"loss, {EPOCHS} epochs",
}
TOLERANCE = {
    "early": {"absolute": 0.2},
    "accuracy": {"absolute": 0.1},
    "loss": {"absolute": 0.3},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train with one optimizer and return what the images that took no part say."""
    import keras

    images, labels = _garments(arm["seed"])
    kind, settings, _ = OPTIMIZERS[arm["optimizer"]]
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = network()
    model.compile(
        getattr(keras.optimizers, kind)(learning_rate=arm["rate"], **settings),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than training
    )
    history = model.fit(
        images[:TRAINED_ON],
        labels[:TRAINED_ON],
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=(images[TRAINED_ON:], labels[TRAINED_ON:]),
        validation_batch_size=500,
        verbose=0,
    ).history
    return {
        "early": history["val_accuracy"][EARLY - 1],
        "accuracy": history["val_accuracy"][-1],
        "loss": history["val_loss"][-1],
    }


def network() -> Any:
    """Return two blocks of convolution and pooling, and a dense layer that gives logits."""
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )


@cache
def _garments(seed: int) -> tuple[np.ndarray, np.ndarray]:
    from cnncourse import samples

    drawn = samples.garments(TRAINED_ON + VALIDATED_ON, seed=seed, progress=False)
    return drawn.images[..., None], np.asarray(drawn.labels)
