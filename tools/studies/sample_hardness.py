"""How hard the sample sets are for a small network that starts from nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

NAME = "sample_hardness"
DESCRIPTION = (
    "Accuracy on 1,000 new items of a small convolutional network trained from scratch, and of "
    "logistic regression on the same numbers (raw pixels; word counts for reviews). With 200 "
    "training items no set is solved, and none is out of reach."
)
DATA = (
    "Sample sets drawn from seeds 0 to 2: garments 28 px, flowers 64 px, shapes 32 px, textures "
    "64 px, the source task 64 px, reviews of 120 tokens. The first items train, the last 1,000 test."
)
TESTED = 1000
SEEDS = 3
SIZES = {"flowers": 64, "shapes": 32, "textures": 64, "source_task": 64}
SETS = (("garments", 200), *((name, 200) for name in SIZES), ("reviews", 200), ("reviews", 4000))
ARMS = [
    {"set": name, "trained_on": trained_on, "seed": seed}
    for name, trained_on in SETS
    for seed in range(SEEDS)
]
LABELS = {"network": "small network", "linear": "logistic regression"}
# Training sums in another order on other processors and ends elsewhere; the data stay the same.
TOLERANCE = {"network": {"absolute": 0.1}, "linear": {"absolute": 0.02}}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Return the two accuracies on new items."""
    from cnncourse import samples

    name, trained_on, seed = arm["set"], arm["trained_on"], arm["seed"]
    settings = {"size": SIZES[name]} if name in SIZES else {}
    drawn = getattr(samples, name)(trained_on + TESTED, seed=seed, progress=False, **settings)
    inputs = drawn.tokens if name == "reviews" else drawn.images
    split = inputs[:trained_on], drawn.labels[:trained_on], inputs[trained_on:]
    truth = drawn.labels[trained_on:]
    classes = len(drawn.class_names)
    if name == "reviews":
        network = _train(_reader(len(drawn.vocabulary)), *split, epochs=12, seed=seed)
        linear = _linear(*(_counts(tokens, len(drawn.vocabulary)) for tokens in split[::2]), split[1])
    else:
        network = _train(_seer(inputs.shape[1:], classes), *split, epochs=40, seed=seed)
        linear = _linear(*(_pixels(images) for images in split[::2]), split[1])
    return {"network": float(np.mean(network == truth)), "linear": float(np.mean(linear == truth))}
