"""How hard the sample sets are for a small network that starts from nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

NAME = "sample_hardness"
DESCRIPTION = (
    "Accuracy on 1,000 new items of a small convolutional network trained from scratch, and of "
    "logistic regression on raw pixels (for reviews on word counts). 200 images are enough for "
    "none of the picture sets, and for all of them better than guessing. 200 reviews teach "
    "nothing about the order of words; 4,000 nearly all of it."
)
DATA = (
    "Sample sets drawn from seeds 0 to 2: garments 28 px, flowers 64 px, shapes 32 px, textures "
    "64 px, the source task 64 px, reviews of 120 words. The first items train, the last 1,000 "
    "test."
)
TESTED = 1000
SIZES = {"flowers": 64, "shapes": 32, "textures": 64, "source_task": 64}
SETS = (("garments", 200), *((name, 200) for name in SIZES), ("reviews", 200), ("reviews", 4000))
ARMS = [
    {"set": name, "trained_on": trained_on, "seed": seed}
    for name, trained_on in SETS
    for seed in range(3)
]
LABELS = {"network": "small network", "linear": "logistic regression", "chance": "guessing"}
# Training sums in another order on other processors and ends elsewhere; the data stay the same.
TOLERANCE = {
    "network": {"absolute": 0.1},
    "linear": {"absolute": 0.02},
    "chance": {"absolute": 1e-9},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Return the accuracies on new items."""
    import keras

    from cnncourse import samples

    name, trained_on, seed = arm["set"], arm["trained_on"], arm["seed"]
    settings = {"size": SIZES[name]} if name in SIZES else {}
    drawn = getattr(samples, name)(trained_on + TESTED, seed=seed, progress=False, **settings)
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(seed)
    if name == "reviews":
        words = len(drawn.vocabulary)
        items, flat, epochs, strength = drawn.tokens, _word_counts(drawn.tokens, words), 12, 0.3
        layers = _reading_layers(words)
    else:
        items, epochs, strength = drawn.images.reshape(*drawn.images.shape[:3], -1), 25, 0.01
        flat = items.reshape(len(items), -1) / 255.0 - 0.5
        layers = _seeing_layers(items.shape[1:])
    classes = len(drawn.class_names)
    return {
        "network": _network(layers, items, drawn.labels, classes, trained_on, epochs),
        "linear": _linear(flat, drawn.labels, trained_on, strength),
        "chance": 1.0 / classes,
    }


def _word_counts(tokens: np.ndarray, words: int) -> np.ndarray:
    return np.stack([np.bincount(review, minlength=words) for review in tokens])


def _seeing_layers(shape: tuple[int, ...]) -> list:
    """Three or four blocks of convolution, normalisation and pooling, then a global average."""
    import keras

    layers = [keras.Input(shape), keras.layers.Rescaling(1 / 127.5, offset=-1.0)]
    for filters in (16, 32, 64) if shape[0] <= 32 else (8, 16, 32, 64):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(),
        ]
    return [*layers, keras.layers.GlobalAveragePooling2D()]


def _reading_layers(words: int) -> list:
    """Embed each word, look at windows of four, average what was seen."""
    import keras

    return [
        keras.layers.Embedding(words, 16),
        keras.layers.Conv1D(64, 4, padding="same", activation="relu"),
        keras.layers.GlobalAveragePooling1D(),
    ]


def _network(
    layers: list, items: np.ndarray, labels: np.ndarray, classes: int, trained_on: int,
    epochs: int,
) -> float:  # fmt: skip
    import keras

    model = keras.Sequential([*layers, keras.layers.Dense(classes, activation="softmax")])
    model.compile(keras.optimizers.Adam(4e-3), "sparse_categorical_crossentropy")
    batch = 20 if trained_on <= 200 else 64
    start = items[:trained_on], labels[:trained_on]
    model.fit(*start, batch_size=batch, epochs=epochs, verbose=0)
    guesses = model.predict(items[trained_on:], batch_size=250, verbose=0).argmax(axis=1)
    return float(np.mean(guesses == labels[trained_on:]))


def _linear(flat: np.ndarray, labels: np.ndarray, trained_on: int, strength: float) -> float:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=2000).fit(
        flat[:trained_on], labels[:trained_on]
    )
    return float(model.score(flat[trained_on:], labels[trained_on:]))
