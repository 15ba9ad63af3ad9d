"""Whether a convolution along time hears the order of words, beside networks of equal size."""

from __future__ import annotations

from typing import Any

import numpy as np

NAME = "sequences"
DESCRIPTION = (
    "Five networks with equally many parameters (within 1 %) judge film reviews whose verdict "
    "hangs on the order of neighbouring words. *one convolution*: embedding, 32 filters of four "
    "words, mean over time. *two convolutions*: the layout of the notes this course started from, "
    "made small: filters of seven, max pooling by five, filters of seven, maximum over time. "
    "*recurrent*: a GRU that reads word by word. *dense*: a weight for every word at every place. "
    "*words alone*: the mean of the word vectors, whatever their order. Each is tested on reviews "
    "as they were written and on the same reviews with their words shuffled."
)
DATA = (
    "Sample reviews of at most 60 words, drawn from seeds 0 to 2: 4,800 train, 2,400 test. "
    "Adam, rate 0.005, batches of 64, eight epochs; *words alone*, which is slow to take off, gets "
    "thirty. The seed also sets the initial weights, the order of the batches and the shuffling."
)
LENGTH, DRAWN, BATCH, RATE = 60, 8000, 64, 5e-3
NETWORKS = ("one convolution", "two convolutions", "recurrent", "dense", "words alone")
EPOCHS = dict.fromkeys(NETWORKS, 8) | {"words alone": 30}
ARMS = [{"network": network, "seed": seed} for network in NETWORKS for seed in range(3)]
LABELS = {
    "accuracy": "test accuracy",
    "shuffled": "test accuracy, words shuffled",
}
# Training sums in another order on other processors and ends elsewhere; the count is exact.
TOLERANCE = {
    "accuracy": {"absolute": 0.08},
    "shuffled": {"absolute": 0.08},
    "parameters": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network; return its size, and how often it is right with and without order."""
    import keras

    from cnncourse import data

    seed, epochs = arm["seed"], EPOCHS[arm["network"]]
    reviews = data.load("imdb", seed=seed, count=DRAWN, size=LENGTH, progress=False)
    train, test = reviews.train, reviews.test
    assert train.tokens is not None
    assert test.tokens is not None
    keras.utils.set_random_seed(seed)
    model = network(arm["network"], words=len(reviews.vocabulary))
    model.compile(
        keras.optimizers.Adam(RATE), "binary_crossentropy", metrics=["accuracy"], jit_compile=False
    )
    model.fit(train.tokens, train.labels, batch_size=BATCH, epochs=epochs, verbose=0)
    mixed = shuffled(test.tokens, np.random.default_rng(seed))
    return {
        "accuracy": model.evaluate(test.tokens, test.labels, batch_size=400, verbose=0)[1],
        "shuffled": model.evaluate(mixed, test.labels, batch_size=400, verbose=0)[1],
        "parameters": model.count_params(),
    }


def network(name: str, words: int) -> Any:
    """Return an untrained network that turns word numbers into the probability of praise."""
    import keras

    layers = keras.layers
    bodies = {
        "one convolution": lambda: [
            layers.Embedding(words, 16),
            layers.Conv1D(32, 4, activation="relu"),
            layers.GlobalAveragePooling1D(),
        ],
        "two convolutions": lambda: [
            layers.Embedding(words, 16),
            layers.Conv1D(11, 7, activation="relu"),
            layers.MaxPooling1D(5),
            layers.Conv1D(11, 7, activation="relu"),
            layers.GlobalMaxPooling1D(),
        ],
        "recurrent": lambda: [layers.Embedding(words, 16), layers.GRU(19)],
        "dense": lambda: [
            layers.Embedding(words, 6),
            layers.Flatten(),
            layers.Dense(11, activation="relu"),
        ],
        "words alone": lambda: [
            layers.Embedding(words, 16),
            layers.GlobalAveragePooling1D(),
            layers.Dense(117, activation="relu"),
        ],
    }
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            *bodies[name](),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def shuffled(tokens: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return reviews with the words of each in another order; padding and start stay in front."""
    mixed = tokens.copy()
    for row in mixed:
        words = np.flatnonzero(row > 1)
        row[words] = row[chance.permutation(words)]
    return mixed
