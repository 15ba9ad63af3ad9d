"""Whether white noise does for a network what shifted copies do."""

from __future__ import annotations

from typing import Any

import numpy as np

NAME = "noise_or_shifts"
DESCRIPTION = (
    "One small network trained on 300 digits for 20 epochs: on the images as they are, with white "
    "noise added anew each time (deviation 0.2 of the full range), or moved anew by up to 3 "
    "pixels each way. Tested on new digits as they are, moved by 3 pixels, and noisy."
)
DATA = (
    "Real handwritten digits of 8 × 8 pixels from scikit-learn, enlarged to 28 × 28, split by "
    "seeds 0 to 2: 300 train, 359 test. The seed also draws weights, batches, noise and shifts."
)
TRAINED_ON, EPOCHS, BATCH = 300, 20, 20
NOISE, PIXELS = 0.2, 3
ARMS = [
    {"training": training, "seed": seed}
    for training in ("as they are", "white noise", "shifts")
    for seed in range(3)
]
LABELS = {
    "training": "training images",
    "plain": "test accuracy, as they are",
    "moved": "test accuracy, moved",
    "noisy": "test accuracy, noisy",
}
# Where a network fails it fails by chance: on images unlike its own it may be far off.
TOLERANCE = {
    "plain": {"absolute": 0.05},
    "moved": {"absolute": 0.2},
    "noisy": {"absolute": 0.2},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train on one kind of images and return how well three kinds are read."""
    import keras

    from cnncourse import data, ops

    digits = data.load("mnist", seed=arm["seed"])
    assert digits.train.images is not None
    assert digits.test.images is not None
    images = digits.train.images[:TRAINED_ON, ..., np.newaxis] / np.float32(255)
    test = digits.test.images / np.float32(255)
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = network(arm["training"])
    model.compile(
        keras.optimizers.Adam(0.002),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than training
    )
    labels = digits.train.labels[:TRAINED_ON]
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    chance = np.random.default_rng(arm["seed"])
    moved = np.stack(
        [
            ops.translate(image, PIXELS * chance.choice((-1, 1)), PIXELS * chance.choice((-1, 1)))
            for image in test
        ]
    )
    noisy = test + chance.normal(0, NOISE, test.shape)
    return {
        name: model.evaluate(
            kind[..., np.newaxis].astype("float32"), digits.test.labels, batch_size=359, verbose=0
        )[1]
        for name, kind in (("plain", test), ("moved", moved), ("noisy", noisy))
    }


def network(training: str) -> Any:
    """Return two blocks of convolution and pooling behind the augmentation, if any."""
    import keras

    layers = keras.layers
    share = PIXELS / 28
    augmentation = {
        "as they are": [],
        "white noise": [layers.GaussianNoise(NOISE)],
        "shifts": [layers.RandomTranslation(share, share, fill_mode="constant", fill_value=0.0)],
    }[training]
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *augmentation,
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
