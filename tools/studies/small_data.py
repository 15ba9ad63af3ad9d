"""What augmentation, dropout and batch normalisation do for a network on few images."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "small_data"
DESCRIPTION = (
    "One small convolutional network trained from scratch on 100 images for 80 epochs: as it is, "
    "with one remedy against overfitting, or with all three. Accuracy on the images it was trained "
    "on, as they are, and accuracy and loss on new ones. All have the same budget."
)
DATA = (
    "Sample garments, 28 × 28 pixels, drawn and not photographed, from seeds 0 to 2: 100 images "
    "train (10 a class), the next 1,000 test; batches of 20, Adam at 0.003. The seed also draws "
    "weights, batches and what is random in a layer."
)
TRAINED_ON, TESTED_ON = 100, 1000
EPOCHS, BATCH = 80, 20
REMEDIES = {
    "none": (),
    "augmentation": ("augmentation",),
    "dropout": ("dropout",),
    "batch normalisation": ("batch normalisation",),
    "all three": ("augmentation", "dropout", "batch normalisation"),
}
ARMS = [{"remedy": remedy, "seed": seed} for remedy in REMEDIES for seed in range(3)]
LABELS = {
    "remedy": "against overfitting",
    "train": "training accuracy",
    "test": "test accuracy",
    "test_loss": "test loss",
}
# Rounding differs between processors, and training makes much of it; an overfitted network's loss
# hangs on a few images of which it is sure and wrong.
TOLERANCE = {
    "train": {"absolute": 0.08},
    "test": {"absolute": 0.06},
    "test_loss": {"relative": 0.5},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train with the remedies of one arm and return how it does on old and on new images."""
    import keras

    images, labels = _garments(arm["seed"])
    old, new = slice(TRAINED_ON), slice(TRAINED_ON, None)
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = network(REMEDIES[arm["remedy"]])
    model.compile(
        keras.optimizers.Adam(0.003),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than training
    )
    model.fit(images[old], labels[old], batch_size=BATCH, epochs=EPOCHS, verbose=0)
    _, train = model.evaluate(images[old], labels[old], batch_size=TRAINED_ON, verbose=0)
    loss, test = model.evaluate(images[new], labels[new], batch_size=500, verbose=0)
    return {"train": train, "test": test, "test_loss": loss}


def network(remedies: tuple[str, ...]) -> Any:
    """Return three blocks of convolution and pooling and two dense layers; the last gives logits.

    Garments may be mirrored, for a mirrored coat is a coat, but not turned upside down.
    """
    import keras

    layers = [keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255)]
    if "augmentation" in remedies:
        outside = {"fill_mode": "constant", "fill_value": 0.0}
        layers += [
            keras.layers.RandomFlip("horizontal"),
            keras.layers.RandomTranslation(0.07, 0.07, **outside),
            keras.layers.RandomZoom(0.07, **outside),
            keras.layers.RandomRotation(0.02, **outside),
        ]
    for filters in (16, 32, 64):
        layers.append(keras.layers.Conv2D(filters, 3, padding="same"))
        if "batch normalisation" in remedies:
            layers.append(keras.layers.BatchNormalization(momentum=0.9))
        layers += [keras.layers.ReLU(), keras.layers.MaxPooling2D()]
    layers += [keras.layers.Flatten(), keras.layers.Dense(64, activation="relu")]
    if "dropout" in remedies:
        layers.append(keras.layers.Dropout(0.5))
    return keras.Sequential([*layers, keras.layers.Dense(10)])


@cache
def _garments(seed: int) -> tuple[np.ndarray, np.ndarray]:
    from cnncourse import samples

    drawn = samples.garments(TRAINED_ON + TESTED_ON, seed=seed, progress=False)
    return drawn.images[..., None], np.asarray(drawn.labels)
