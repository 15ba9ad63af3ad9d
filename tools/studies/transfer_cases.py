"""The four cases of transfer learning, each approached in five ways."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "transfer_cases"
DESCRIPTION = (
    "Our small pretrained network on a small and a large training set of a similar and a different "
    "target. *frozen* trains a linear head on the means of the last maps (120 numbers an image), "
    "*flattened* one on all their values (1,920), *early* one on the means of the maps after the "
    "second stage (64); *fine-tuned* puts the frozen approach's head on the network and trains all "
    "of it but the batch normalisation; *from scratch* trains the same network from fresh weights "
    "on as many images. Both of the last shift the images, and mirror the flowers."
)
DATA = (
    "Similar: sample flowers, 64 px, drawn by the program that drew the source's pictures, 100 or "
    "2,000 train, 500 others test. Different: handwritten digits (scikit-learn's, real, 8 px, "
    "grey) enlarged to 64 px, 100 or 1,258 train, 360 others test. Seeds 0 to 2 draw the flowers "
    "or split the digits, and set weights and batches."
)
SIZES = {"similar": {"small": 100, "large": 2000}, "different": {"small": 100, "large": 1258}}
LAYERS = {"early": "stage2"}
HEADS = {"flattened": "flatten"}
# Both approaches that train the network see as many images: 5,000, and 8,000 or some 6,300.
EPOCHS = {
    "similar": {"small": 50, "large": 4},
    "different": {"small": 50, "large": 5},
}
RATES = {"fine-tuned": 1e-3, "from scratch": 2e-3}
BATCH, HEAD_EPOCHS, HEAD_RATE = 32, {"small": 200, "large": 15}, 1e-2
APPROACHES = ("frozen", "flattened", "early", "fine-tuned", "from scratch")
ARMS = [
    {"target": target, "size": size, "approach": approach, "seed": seed}
    for target in SIZES
    for size in ("small", "large")
    for approach in APPROACHES
    for seed in range(3)
]
LONG_ARMS = [
    arm
    for arm in ARMS
    if arm["size"] == "large" and arm["approach"] in ("fine-tuned", "from scratch")
]
LABELS = {"accuracy": "test accuracy", "weights": "weights trained"}
# Rounding differs between processors; whole networks make more of it than a head does.
TOLERANCE = {"accuracy": {"absolute": 0.06}, "weights": {"absolute": 0}}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network or head and return its test accuracy and how many weights it trained."""
    import keras

    from cnncourse import transfer

    target, size, approach, seed = (arm[key] for key in ("target", "size", "approach", "seed"))
    images, labels, new_images, new_labels = load(target, SIZES[target][size], seed)
    classes = int(labels.max()) + 1
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(seed)
    if approach == "from scratch":
        network = transfer.classifier(
            transfer.backbone((64, 64, 3), weights=None), classes, augmentation=moved(target)
        )
        train(network, images, labels, EPOCHS[target][size], RATES[approach])
        return measured(network, new_images, new_labels)
    base = transfer.freeze(transfer.backbone((64, 64, 3)))
    part = transfer.truncate(base, LAYERS.get(approach, "stage3"))
    maps = transfer.features(part, images)
    head = transfer.head(maps.shape[1:], classes, HEADS.get(approach, "gap"))
    train(head, maps, labels, HEAD_EPOCHS[size], HEAD_RATE)
    if approach != "fine-tuned":
        return measured(head, transfer.features(part, new_images), new_labels)
    network = transfer.classifier(base, head=head, augmentation=moved(target))
    transfer.unfreeze(base)
    train(network, images, labels, EPOCHS[target][size], RATES[approach])
    return measured(network, new_images, new_labels)


def moved(target: str) -> Any:
    """Return what is done to training images: a mirrored flower is a flower, a 3 no longer a 3."""
    import keras

    shift = keras.layers.RandomTranslation(0.06, 0.06, fill_mode="nearest")
    flip = [keras.layers.RandomFlip("horizontal")] if target == "similar" else []
    return keras.Sequential([*flip, shift], name="augmentation")


def train(model: Any, images: np.ndarray, labels: np.ndarray, times: int, rate: float) -> None:
    """Train with Adam, the rate falling to nothing along a cosine."""
    import keras

    steps = times * -(-len(images) // BATCH)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    model.fit(images, labels, batch_size=BATCH, epochs=times, verbose=0)


def measured(model: Any, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return the values of an arm."""
    _, accuracy = model.evaluate(images, labels, batch_size=250, verbose=0)
    weights = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    return {"accuracy": accuracy, "weights": weights}


@cache
def load(target: str, count: int, seed: int) -> tuple[np.ndarray, ...]:
    """Return images and labels to train on, then those to test on, at 64 px in colour."""
    from cnncourse import data, samples

    if target == "similar":
        old = samples.flowers(count, 64, seed=100 + seed, progress=False)
        new = samples.flowers(500, 64, seed=200 + seed, progress=False)
        return old.images, np.asarray(old.labels), new.images, np.asarray(new.labels)
    digits = data.load("mnist", seed=seed)
    parts = digits.train.take(count), digits.test
    return tuple(array for part in parts for array in (enlarged(part.images), part.labels))


def enlarged(grey: Any) -> np.ndarray:
    """Return grey images as the network wants them: 64 px, three channels, values 0 to 255."""
    from keras import ops

    large = ops.image.resize(grey[..., np.newaxis].astype("float32"), (64, 64))
    return np.repeat(ops.convert_to_numpy(large), 3, axis=-1)
