"""How much of a heat map lies inside the true box, against a random network and a centre prior."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NAME = "faithfulness"
DESCRIPTION = (
    "Heat maps of a network that knows flowers: the share of each map inside the true box, and how "
    "often its highest place lies inside. Only off-centre flowers are scored. The rivals: the same "
    "network with weights that were only drawn, a bell in the middle of the picture, and a map "
    "that is equal everywhere, whose share is the box's share of the picture."
)
DATA = (
    "Sample flowers of 64 × 64 pixels, drawn and not photographed, from seeds 0 to 2: the first "
    "300 train a linear head on our frozen backbone (40 epochs), 80 of the next 160 are scored, "
    "the first whose box is centred at least a fifth of the side away from the middle. The seed "
    "also draws the head and the random network."
)
SIZE, TRAINED_ON, DRAWN, SCORED, EPOCHS = 64, 300, 460, 80, 40
FAR = 0.2  # of the side, between the centre of a box and that of the picture
MAPS = (
    "Grad-CAM, last maps",
    "Grad-CAM, maps of 8 × 8",
    "saliency",
    "integrated gradients",
    "Grad-CAM, random network",
    "saliency, random network",
    "integrated gradients, random network",
    "centre prior",
    "equal everywhere",
)
ARMS = [{"map": name, "seed": seed} for name in MAPS for seed in range(3)]
LABELS = {"map": "heat map", "energy": "share inside the box", "pointing": "peak inside the box"}
TOLERANCE = {"energy": {"absolute": 0.04}, "pointing": {"absolute": 0.1}}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Return the mean scores of one kind of heat map over the scored flowers."""
    from cnncourse import explain

    flowers = _flowers(arm["seed"])
    rows = off_centre(flowers.boxes, SIZE, TRAINED_ON)[:SCORED]
    heat = heat_maps(arm["map"], arm["seed"], flowers.images[rows], flowers.labels[rows])
    boxes = flowers.boxes[rows]
    return {
        "energy": float(explain.energy_in_box(heat, boxes).mean()),
        "pointing": float(explain.pointing_game(heat, boxes).mean()),
    }


def off_centre(boxes: np.ndarray, size: int, start: int = 0) -> np.ndarray:
    """Return the rows from `start` on whose box stands far from the middle of the picture."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.hypot(*(centres / size - 0.5).T)
    rows = np.flatnonzero(away >= FAR)
    return rows[rows >= start]


def heat_maps(name: str, seed: int, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the heat maps of the true classes, one of `MAPS`."""
    from cnncourse import explain

    if name == "centre prior":
        return explain.centre_prior(len(images), images.shape[1:3])
    if name == "equal everywhere":
        return np.ones(images.shape[:3])
    model = network(seed, trained=not name.endswith("random network"))
    if name.startswith("saliency"):
        return explain.saliency(model, images, labels)
    if name.startswith("integrated"):
        grey = images.mean(axis=(1, 2), keepdims=True)
        # Where the heat lies settles long before the sum is right to a per cent.
        found = explain.integrated_gradients(
            model, images, labels, baseline=grey, steps=24, most_steps=24, tolerance=100
        )
        return np.abs(found.attributions.sum(axis=-1))
    layer = "stage2" if name.endswith("8 × 8") else "stage3"
    return explain.grad_cam(model, images, labels, layer)


@cache
def network(seed: int, trained: bool) -> Any:
    """Return our backbone with a linear head: trained on flowers, or nothing but drawn weights."""
    import keras

    from cnncourse import transfer

    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(seed)
    weights = "cnncourse" if trained else None
    base = transfer.freeze(transfer.backbone((SIZE, SIZE, 3), weights=weights))
    if not trained:
        return transfer.classifier(base, 5)
    flowers = _flowers(seed)
    maps = transfer.features(base, flowers.images[:TRAINED_ON])
    head = transfer.head(maps.shape[1:], 5)
    head.compile(
        keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", jit_compile=False
    )  # fmt: skip
    head.fit(maps, flowers.labels[:TRAINED_ON], batch_size=32, epochs=EPOCHS, verbose=0)
    return transfer.classifier(base, head=head)


@cache
def _flowers(seed: int) -> Any:
    from cnncourse import samples

    return samples.flowers(DRAWN, SIZE, seed, progress=False)
