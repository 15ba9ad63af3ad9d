"""Whether convolutions and poolings should take turns."""

from __future__ import annotations

from typing import Any

NAME = "pooling_order"
DESCRIPTION = (
    "Two 3×3 convolutions and two 2×2 max poolings in two orders, trained alike. *in turns* is "
    "conv, pool, conv, pool; *pools last* is conv, conv, pool, pool with the same filters, hence "
    "the same number of parameters, at 3.7 times the multiplications; *pools last, narrow* has "
    "so few filters that it needs exactly as many multiplications as *in turns*; *pools last, "
    "dilated* spreads the second kernel (dilation 2), so that it sees as far as it does in turns. "
    "Then a dense layer reads every pixel of the maps (flatten) or only their means."
)
DATA = (
    "Sample garments, 28 px, drawn from seeds 0 to 4: 2,000 images train for 10 epochs, 800 test. "
    "The seed also sets the initial weights and the order of the batches."
)
# Filters of the two convolutions, dilation of the second one, pooling in between or not.
ARRANGEMENTS: dict[str, tuple[tuple[int, int], int, bool]] = {
    "in turns": ((16, 32), 1, True),
    "pools last": ((16, 32), 1, False),
    "pools last, narrow": ((8, 17), 1, False),
    "pools last, dilated": ((16, 32), 2, False),
}
TRAINED_ON, EPOCHS, BATCH, RATE = 2000, 10, 32, 3e-3
ARMS = [
    {"head": head, "arrangement": arrangement, "seed": seed}
    for head in ("flatten", "global average")
    for arrangement in ARRANGEMENTS
    for seed in range(5)
]
LABELS = {
    "accuracy": "test accuracy",
    "macs": "multiplications of the convolutions",
    "receptive_field": "receptive field, px",
}
# Training sums in another order on other processors and ends elsewhere; the counts are exact.
TOLERANCE = {
    "accuracy": {"absolute": 0.08},
    "parameters": {"absolute": 0},
    "macs": {"absolute": 0},
    "receptive_field": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network and return its test accuracy, its size and its cost."""
    import keras

    from cnncourse import arithmetic, data

    garments = data.load("fashion_mnist", seed=arm["seed"], progress=False)
    keras.utils.set_random_seed(arm["seed"])
    (first, second), dilation, between = ARRANGEMENTS[arm["arrangement"]]

    def convolution(filters: int, dilation: int = 1) -> keras.layers.Layer:
        return keras.layers.Conv2D(
            filters, 3, padding="same", dilation_rate=dilation, activation="relu"
        )

    def pooling() -> keras.layers.Layer:
        return keras.layers.MaxPooling2D(2)

    one, two = convolution(first), convolution(second, dilation)
    body = [one, pooling(), two, pooling()] if between else [one, two, pooling(), pooling()]
    flat = arm["head"] == "flatten"
    head = keras.layers.Flatten() if flat else keras.layers.GlobalAveragePooling2D()
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            *body,
            head,
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile(
        keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    train, test = garments.train, garments.test
    assert train.images is not None
    assert test.images is not None
    some = train.images[:TRAINED_ON, ..., None], train.labels[:TRAINED_ON]
    network.fit(*some, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    _, accuracy = network.evaluate(test.images[..., None], test.labels, verbose=0)
    side = 14 if between else 28  # of the maps that the second convolution reads
    layers = [(3, 1), (2, 2), (3, 1), (2, 2)] if between else [(3, 1), (3, 1, dilation)]
    return {
        "accuracy": accuracy,
        "parameters": network.count_params(),
        "macs": arithmetic.conv_macs(28, 3, 1, first)
        + arithmetic.conv_macs(side, 3, first, second),
        "receptive_field": arithmetic.receptive_field(
            layers if between else [*layers, (2, 2), (2, 2)]
        ),
    }
