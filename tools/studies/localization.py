"""How a head that predicts boxes should be trained: loss, weight and mirrored pictures."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "localization"
DESCRIPTION = (
    "One box and one species for a picture of one flower, from two heads on fixed features of the "
    "course's pretrained network. Varied: the loss of the box, its weight (the loss of the species "
    "has a weight of 1), and what is done with mirrored pictures. Boxes are learnt as centre and "
    "size, relative to the picture; *MSE on roots* learns the roots of both sides instead, "
    "*GIoU + L1* adds four times the mean absolute error. *none, the mean box* predicts the mean "
    "of all training boxes, whatever the picture."
)
TRAINED_ON, TESTED_ON, SIDE = 2000, 400, 96
EPOCHS, BATCH, RATE = 16, 128, 2e-3
DATA = (
    f"Sample flowers, {SIDE} px, one a picture, drawn from seeds 0 to 2: {TRAINED_ON:,} train for "
    f"{EPOCHS} epochs, each beside its mirror image, in batches of {BATCH}, Adam from {RATE} down "
    f"to 0 along a cosine; the next {TESTED_ON} test. *not used* sees the unmirrored pictures "
    "twice an epoch instead. The seed also draws weights, dropout and the order of the batches."
)
MEAN_BOX = "none, the mean box"
MOVED, UNMOVED, UNUSED = "boxes mirrored too", "boxes left alone", "not used"
SETTINGS = [
    *(
        (loss, weight, MOVED)
        for loss, weight in (
            (MEAN_BOX, 0.0),
            ("MSE", 20.0),
            ("MSE on roots", 20.0),
            ("L1", 8.0),
            ("IoU", 2.0),
            ("GIoU", 2.0),
            ("GIoU + L1", 2.0),
        )
    ),
    *(("MSE", weight, MOVED) for weight in (0.25, 2.0, 200.0)),
    ("GIoU + L1", 2.0, UNUSED),
    ("GIoU + L1", 2.0, UNMOVED),
]
ARMS = [
    {"loss": loss, "weight": weight, "mirrored": mirrored, "seed": seed}
    for loss, weight, mirrored in SETTINGS
    for seed in range(3)
]
LABELS = {
    "loss": "loss of the box",
    "weight": "its weight",
    "mirrored": "mirrored pictures",
    "iou": "mean IoU",
    "iou_small": "mean IoU, smallest third",
    "half": "boxes with an IoU of 0.5 or more",
    "accuracy": "accuracy of the species",
}
# Training sums in another order on other processors and ends elsewhere.
TOLERANCE = {
    "iou": {"absolute": 0.03},
    "iou_small": {"absolute": 0.05},
    "half": {"absolute": 0.06},
    "accuracy": {"absolute": 0.06},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train two heads and return how well boxes and species of new pictures are predicted."""
    import keras

    from cnncourse import boxes

    flowers, maps, mirrored = _prepared(arm["seed"])
    labels = np.asarray(flowers.labels)
    size = (SIDE, SIDE)
    targets = boxes.convert(flowers.boxes, "xyxy", "rel_cxcywh", size).astype("float32")
    turned = boxes.flip(flowers.boxes, size)
    turned = boxes.convert(turned, "xyxy", "rel_cxcywh", size).astype("float32")
    old, new = slice(TRAINED_ON), slice(TRAINED_ON, None)
    if arm["loss"] == MEAN_BOX:
        common = np.bincount(labels[old]).argmax()
        predicted = np.repeat(targets[old].mean(axis=0, keepdims=True), TESTED_ON, axis=0)
        return _scores(predicted, flowers.boxes[new], np.mean(labels[new] == common))

    roots = arm["loss"] == "MSE on roots"
    if roots:
        targets, turned = (_with_roots(each, np.sqrt) for each in (targets, turned))
    other_maps = maps[old] if arm["mirrored"] == UNUSED else mirrored
    other_boxes = turned if arm["mirrored"] == MOVED else targets
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = heads(maps.shape[1:])
    steps = EPOCHS * -(-2 * TRAINED_ON // BATCH)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)),
        loss={
            "species": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "box": _loss(arm["loss"]),
        },
        loss_weights={"species": 1.0, "box": arm["weight"]},
        jit_compile=False,  # compiling would take longer than it saves
    )
    model.fit(
        np.concatenate([maps[old], other_maps]),
        {
            "species": np.tile(labels[old], 2),
            "box": np.concatenate([targets[old], other_boxes[old]]),
        },
        batch_size=BATCH,
        epochs=EPOCHS,
        verbose=0,
    )
    predicted = model.predict(maps[new], batch_size=TESTED_ON, verbose=0)
    box = np.asarray(predicted["box"])
    right = np.asarray(predicted["species"]).argmax(axis=1) == labels[new]
    return _scores(_with_roots(box, np.square) if roots else box, flowers.boxes[new], right.mean())


def heads(shape: tuple[int, ...]) -> Any:
    """Return a network from feature maps, positions kept, to logits of a species and a box."""
    import keras

    maps = keras.Input(shape)
    x = keras.layers.Conv2D(32, 1, activation="relu")(maps)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.2)(x)
    x = keras.layers.Dense(128, activation="relu")(x)
    x = keras.layers.Dropout(0.2)(x)
    species = keras.layers.Dense(5, name="species")(x)
    box = keras.layers.Dense(4, activation="sigmoid", name="box")(x)
    return keras.Model(maps, {"species": species, "box": box})


def eyes() -> Any:
    """Return the pretrained network up to its feature maps: stage 3, and stage 2 folded to fit.

    Each 2 × 2 cells of stage 2 become one with four times the channels, so no position is lost.
    """
    import keras

    from cnncourse import transfer

    base = transfer.freeze(transfer.backbone((SIDE, SIDE, 3)))
    fine, coarse = (base.get_layer(name).output for name in ("stage2", "stage3"))
    height, width, channels = coarse.shape[1], coarse.shape[2], fine.shape[3]
    x = keras.layers.Reshape((height, 2, width, 2, channels))(fine)
    x = keras.layers.Permute((1, 3, 2, 4, 5))(x)
    x = keras.layers.Reshape((height, width, 4 * channels))(x)
    return keras.Model(base.input, keras.layers.Concatenate()([x, coarse]))


def _loss(name: str) -> Any:
    import keras

    from cnncourse import losses

    return {
        "MSE": keras.losses.MeanSquaredError,
        "MSE on roots": keras.losses.MeanSquaredError,
        "L1": keras.losses.MeanAbsoluteError,
        "IoU": lambda: losses.BoxLoss("iou"),
        "GIoU": lambda: losses.BoxLoss("giou"),
        "GIoU + L1": lambda: losses.BoxLoss("giou", l1=4),
    }[name]()


def _with_roots(values: np.ndarray, change: Any) -> np.ndarray:
    return np.concatenate([values[:, :2], change(values[:, 2:])], axis=1)


def _scores(predicted: np.ndarray, true: np.ndarray, accuracy: Any) -> dict[str, float]:
    from cnncourse import boxes

    found = boxes.convert(predicted, "rel_cxcywh", "xyxy", (SIDE, SIDE))
    overlap = boxes.iou(found, true, paired=True)
    small = np.argsort(boxes.area(true), kind="stable")[: len(true) // 3]
    return {
        "iou": float(overlap.mean()),
        "iou_small": float(overlap[small].mean()),
        "half": float(np.mean(overlap >= 0.5)),
        "accuracy": float(accuracy),
    }


@cache
def _prepared(seed: int) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return drawn flowers, the feature maps of all, and those of the mirrored training part."""
    from cnncourse import samples, transfer

    flowers = samples.flowers(TRAINED_ON + TESTED_ON, size=SIDE, seed=seed, progress=False)
    model = eyes()
    return (
        flowers,
        transfer.features(model, flowers.images),
        transfer.features(model, flowers.images[:TRAINED_ON, :, ::-1]),
    )
