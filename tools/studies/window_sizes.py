"""Whether a layer should look through one window, or through several side by side."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "window_sizes"
DESCRIPTION = (
    "One small network for textures whose three blocks look through windows of one size or of "
    "several. *3×3* and *5×5* are plain convolutions; *1×1, 3×3* and *1×1, 5×5* have a bottleneck "
    "of three eighths or a quarter of the filters in front; *inception* has all of it side by "
    "side, in the proportions of GoogLeNet's module 3a. Filters are set so that all five need "
    "nearly the same number of multiplications, 11.5 to 11.8 million an image."
)
TRAINED_ON, TESTED_ON = 840, 1050
EPOCHS, BATCH, RATE = 15, 35, 2e-3
DATA = (
    "Sample textures, 14 patterns in any colours and at any scale, 64 px, drawn from seeds 0 to "
    "2: 840 images train for 15 epochs in batches of 35, Adam at 0.002, the next 1,050 test. "
    "The seed also draws weights and the order of the batches."
)
# Filters that leave the first block; the next two have twice and four times as many.
WIDTHS = {"3×3": 28, "5×5": 14.5, "1×1, 3×3": 32, "1×1, 5×5": 24, "inception": 40}
ARMS = [{"windows": windows, "seed": seed} for windows in WIDTHS for seed in range(3)]
LABELS = {"accuracy": "test accuracy", "macs": "multiplications"}
# Training sums in another order on other processors and ends elsewhere; the counts are exact.
TOLERANCE = {
    "accuracy": {"absolute": 0.08},
    "parameters": {"absolute": 0},
    "macs": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network and return its test accuracy, its size and its cost."""
    import keras

    from cnncourse import models

    images, labels = _textures(arm["seed"])
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = network(arm["windows"])
    model.compile(
        keras.optimizers.Adam(RATE),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than it saves
    )
    old, new = slice(TRAINED_ON), slice(TRAINED_ON, None)
    model.fit(images[old], labels[old], batch_size=BATCH, epochs=EPOCHS, verbose=0)
    _, accuracy = model.evaluate(images[new], labels[new], batch_size=210, verbose=0)
    return {
        "accuracy": accuracy,
        "parameters": models.count_params(model).total,
        "macs": models.count_macs(model),
    }


def network(windows: str) -> Any:
    """Return a stem, three blocks of one kind with poolings between, and a global average."""
    import keras

    from cnncourse.layers import plain

    x = inputs = keras.Input((64, 64, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = plain.conv(16, 3, stride=2)(x)
    for number in range(3):
        if number:
            x = keras.layers.MaxPooling2D()(x)
        x = _block(x, windows, round(WIDTHS[windows] * 2**number))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, plain.dense(14)(x))


def _block(x: Any, windows: str, filters: int) -> Any:
    from cnncourse import layers
    from cnncourse.layers import plain

    if windows == "inception":  # 64, (96, 128), (16, 32), 32 of 256
        share = filters / 256
        one, three, five, reduce3, reduce5 = (round(n * share) for n in (64, 128, 32, 96, 16))
        pool = filters - one - three - five
        return layers.Inception(one, (reduce3, three), (reduce5, five), pool)(x)
    kernel = 3 if "3×3" in windows else 5
    if "1×1" in windows:
        x = plain.conv(round(filters * (3 / 8 if kernel == 3 else 1 / 4)), 1)(x)
    return plain.conv(filters, kernel)(x)


@cache
def _textures(seed: int) -> tuple[np.ndarray, np.ndarray]:
    from cnncourse import samples

    drawn = samples.textures(TRAINED_ON + TESTED_ON, size=64, seed=seed, progress=False)
    return drawn.images, np.asarray(drawn.labels)
