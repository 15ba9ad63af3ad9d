"""Whether three small kernels beat one large one that sees as far."""

from __future__ import annotations

from typing import Any

NAME = "kernel_stacks"
DESCRIPTION = (
    "One block that sees 7 × 7 values, built in four ways, in a network that is otherwise the "
    "same: *one 7×7* kernel; *three 3×3* of the same width, with a ReLU after each; *three 3×3, "
    "linear*, without a ReLU in between, which is a 7×7 kernel in three factors; *three 3×3, "
    "wider* in the middle, so that it has as many weights as one 7×7. In front of the block stand "
    "a 3×3 convolution and a pooling, behind it a pooling, a global average and the classes."
)
DATA = (
    "Sample garments, 28 px, drawn from seeds 0 to 4: 2,000 images train for 10 epochs, 800 test. "
    "The seed also sets the initial weights and the order of the batches."
)
WIDTH = 24  # channels that enter the block and leave it
# Kernels, channels in the middle, and whether a ReLU stands between them.
BLOCKS: dict[str, tuple[tuple[int, ...], int, bool]] = {
    "one 7×7": ((7,), WIDTH, True),
    "three 3×3": ((3, 3, 3), WIDTH, True),
    "three 3×3, linear": ((3, 3, 3), WIDTH, False),
    "three 3×3, wider": ((3, 3, 3), 37, True),
}
TRAINED_ON, EPOCHS, BATCH, RATE = 2000, 10, 32, 2e-3
ARMS = [{"block": block, "seed": seed} for block in BLOCKS for seed in range(5)]
LABELS = {
    "accuracy": "test accuracy",
    "parameters": "parameters of the block",
    "macs": "multiplications of the block",
    "receptive_field": "receptive field of the block, px of its input",
}
# Training sums in another order on other processors and ends elsewhere; the counts are exact.
TOLERANCE = {
    "accuracy": {"absolute": 0.08},
    "parameters": {"absolute": 0},
    "macs": {"absolute": 0},
    "receptive_field": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network and return its test accuracy, and what its block costs."""
    import keras

    from cnncourse import arithmetic, data

    garments = data.load("fashion_mnist", seed=arm["seed"], progress=False)
    keras.utils.set_random_seed(arm["seed"])
    kernels, middle, relu = BLOCKS[arm["block"]]
    widths = [WIDTH, *[middle] * (len(kernels) - 1), WIDTH]

    def convolution(filters: int, kernel: int, activation: str | None = "relu") -> Any:
        return keras.layers.Conv2D(
            filters,
            kernel,
            padding="same",
            activation=activation,
            kernel_initializer="he_normal",
        )

    block = []
    for number, kernel in enumerate(kernels, 1):
        last = number == len(kernels)
        block.append(convolution(widths[number], kernel, "relu" if relu or last else None))
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            convolution(WIDTH, 3),
            keras.layers.MaxPooling2D(2),
            *block,
            keras.layers.MaxPooling2D(2),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile(
        keras.optimizers.Adam(RATE),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    train, test = garments.train, garments.test
    assert train.images is not None
    assert test.images is not None
    some = train.images[:TRAINED_ON, ..., None], train.labels[:TRAINED_ON]
    network.fit(*some, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    _, accuracy = network.evaluate(test.images[..., None], test.labels, verbose=0)
    steps = list(zip(kernels, widths[:-1], widths[1:], strict=True))
    return {
        "accuracy": accuracy,
        "parameters": sum(layer.count_params() for layer in block),
        "macs": sum(arithmetic.conv_macs(14, *step) for step in steps),
        "receptive_field": arithmetic.receptive_field([(kernel, 1) for kernel in kernels]),
    }
