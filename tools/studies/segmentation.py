"""What skip connections and the choice of a loss do for a small U-Net on flower masks."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "segmentation"
DESCRIPTION = (
    "A U-Net of four halvings and four doublings marks the pixels of a flower. With skip "
    "connections, trained on cross-entropy, on the soft Dice loss, or on their sum; and without "
    "skip connections on cross-entropy. All see the same images in the same order. Scores are "
    "those of the test images, at a probability of one half."
)
DATA = (
    "Sample flowers, 64 px, drawn from seeds 0 to 2: 1,050 images and their mirror images train "
    "for 5 epochs in batches of 16, 300 test. The seed also sets the initial weights and the "
    "order of the batches."
)
SIZE, COUNT, WIDTH, EPOCHS, BATCH, RATE = 64, 1500, 12, 5, 16, 3e-3
ARMS = [
    {"skips": skips, "loss": loss, "seed": seed}
    for skips, loss in (
        ("yes", "cross-entropy"),
        ("no", "cross-entropy"),
        ("yes", "Dice"),
        ("yes", "their sum"),
    )
    for seed in range(3)
]
LABELS = {
    "skips": "skip connections",
    "flower_iou": "IoU of the class flower",
    "background_iou": "IoU of the class background",
    "mask_iou": "mask IoU, mean over images",
    "small_iou": "of the smallest third of the flowers",
    "edge_error": "wrong within 2 px of an outline",
    "far_error": "wrong elsewhere",
}
# Training sums in another order on other processors and ends elsewhere; the counts are exact.
TOLERANCE = {
    "flower_iou": {"absolute": 0.06},
    "background_iou": {"absolute": 0.03},
    "mask_iou": {"absolute": 0.07},
    "small_iou": {"absolute": 0.12},
    "edge_error": {"absolute": 0.06},
    "far_error": {"absolute": 0.03},
    "parameters": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network and return how well its masks fit those of new images."""
    import keras

    images, masks, new_images, new_masks = _flowers(arm["seed"])
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = u_net(SIZE, WIDTH, arm["skips"] == "yes")
    steps = EPOCHS * -(-len(images) // BATCH)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps, alpha=0.01)),
        losses()[arm["loss"]],
        jit_compile=False,  # compiling would take longer than training
    )
    model.fit(images, masks, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    found = model.predict(new_images, batch_size=100, verbose=0)[..., 0] > 0
    return scores(new_masks, found) | {"parameters": model.count_params()}


def u_net(size: int, width: int, skips: bool) -> Any:
    """Return a network with weights from images to one logit a pixel; `size` divides by 16."""
    import keras
    from keras import layers

    def block(x: Any, filters: int, stride: int = 1) -> Any:
        x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))

    def double(x: Any, filters: int) -> Any:
        x = layers.Conv2DTranspose(filters, 4, 2, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))

    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    kept = []
    for level in range(3):
        x = block(x, width * 2**level, stride=2)
        x = block(x, width * 2**level) if level else x
        kept.append(x)
    x = block(x, 8 * width, stride=2)
    for level in (2, 1, 0):
        x = double(x, width * 2**level)
        x = layers.Concatenate()([x, kept[level]]) if skips else x
        x = block(x, width * 2**level) if level else x
    return keras.Model(inputs, layers.Conv2DTranspose(1, 4, 2, padding="same")(x))


def losses() -> dict[str, Any]:
    """Return the losses by name; all take logits."""
    import keras
    from keras import ops

    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    def dice(mask: Any, logits: Any) -> Any:
        mask, p = ops.cast(mask, "float32"), ops.sigmoid(logits)
        shared, both = ops.sum(mask * p, (1, 2, 3)), ops.sum(mask + p, (1, 2, 3))
        return ops.mean(1 - (2 * shared + 1) / (both + 1))

    return {
        "cross-entropy": cross_entropy,
        "Dice": dice,
        "their sum": lambda mask, logits: cross_entropy(mask, logits) + dice(mask, logits),
    }


def scores(true: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return what the study reports of masks (N, H, W) of bool."""
    shared, either = (true & found).sum((1, 2)), (true | found).sum((1, 2))
    each = shared / either
    small = true.sum((1, 2)) <= np.quantile(true.sum((1, 2)), 1 / 3)
    near, wrong = near_outline(true), true != found
    return {
        "flower_iou": shared.sum() / either.sum(),
        "background_iou": (~true & ~found).sum() / (~true | ~found).sum(),
        "mask_iou": each.mean(),
        "small_iou": each[small].mean(),
        "edge_error": wrong[near].mean(),
        "far_error": wrong[~near].mean(),
    }


def near_outline(masks: np.ndarray, reach: int = 2) -> np.ndarray:
    """Return where the other kind of pixel is at most `reach` rows and columns away."""
    pad = np.pad(masks, ((0, 0), (reach, reach), (reach, reach)), mode="edge")
    side = 2 * reach + 1
    around = np.lib.stride_tricks.sliding_window_view(pad, (side, side), axis=(1, 2))
    return np.logical_and(around.any((3, 4)), ~around.all((3, 4)))


@cache
def _flowers(seed: int) -> tuple[np.ndarray, ...]:
    from cnncourse import data

    pets = data.load("pets", seed=seed, count=COUNT, size=SIZE, progress=False)
    train, test = pets.train, pets.test
    assert train.images is not None
    assert test.images is not None
    # What is mirrored in an image is mirrored in its mask.
    images = np.concatenate([train.images, train.images[:, :, ::-1]])
    masks = np.concatenate([train.masks, train.masks[:, :, ::-1]])[..., np.newaxis]
    return images, masks, test.images, test.masks
