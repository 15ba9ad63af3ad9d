"""Whether more layers help a plain and a residual network, with and without normalisation."""

from __future__ import annotations

from typing import Any

NAME = "depth"
DESCRIPTION = (
    "Networks of 8, 20 and 32 layers in the form of the residual paper's section 4.2 (a stem, "
    "three stages of units of two 3×3 convolutions, the mean of the maps), with 8, 16 and 32 "
    "filters. *Residual* ones add the input of every unit to its output, through the paper's "
    "shortcut without parameters (option A), so that both kinds have the same weights. Each with "
    "batch normalisation and without, trained alike. Loss and accuracy on the training images "
    "themselves, evaluated after training, and accuracy on images that took no part."
)
DATA = (
    "Sample garments, 28 px, drawn from seeds 0 to 2: 1,000 images train for 6 epochs in batches "
    "of 32, 800 test. The seed also sets the initial weights and the order of the batches."
)
KINDS, DEPTHS, WIDTH = ("plain", "residual"), (8, 20, 32), 8
TRAINED_ON, EPOCHS, BATCH, RATE = 1000, 6, 32, 1e-3
ARMS = [
    {"normalisation": normalisation, "depth": depth, "kind": kind, "seed": seed}
    for normalisation in ("batch", "none")
    for depth in DEPTHS
    for kind in KINDS
    for seed in range(3)
]
LABELS = {
    "train_loss": "training loss",
    "train_accuracy": "training accuracy",
    "accuracy": "test accuracy",
}
# Training sums in another order on other processors and ends elsewhere, the further the worse a
# network trains; the counts are exact.
TOLERANCE = {
    "train_loss": {"absolute": 0.5},
    "train_accuracy": {"absolute": 0.2},
    "accuracy": {"absolute": 0.15},
    "parameters": {"absolute": 0},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network and return how well it fits what it was trained on, and the rest."""
    import keras

    from cnncourse import data

    garments = data.load("fashion_mnist", seed=arm["seed"], progress=False)
    train, test = garments.train, garments.test
    assert train.images is not None
    assert test.images is not None
    images, labels = train.images[:TRAINED_ON, ..., None], train.labels[:TRAINED_ON]
    # Before any layer exists: each draws the seed of its weights when it is made.
    keras.utils.set_random_seed(arm["seed"])
    model = network(arm["kind"], arm["depth"], arm["normalisation"] == "batch")
    model.compile(
        keras.optimizers.Adam(RATE),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # compiling would take longer than training
    )
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    loss, fitted = model.evaluate(images, labels, batch_size=250, verbose=0)
    _, accuracy = model.evaluate(test.images[..., None], test.labels, batch_size=200, verbose=0)
    return {
        "train_loss": loss,
        "train_accuracy": fitted,
        "accuracy": accuracy,
        "parameters": model.count_params(),
    }


def network(kind: str, depth: int, normalised: bool) -> Any:
    """Return a network of `depth` layers with weights; the two kinds differ in the sum alone."""
    import keras

    def convolve(x: Any, filters: int, stride: int = 1) -> Any:
        x = keras.layers.Conv2D(
            filters,
            3,
            stride,
            padding="same",
            use_bias=not normalised,
            kernel_initializer="he_normal",
        )(x)
        return keras.layers.BatchNormalization(momentum=0.9)(x) if normalised else x

    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = keras.layers.ReLU()(convolve(x, WIDTH, 2))
    for stage in range(3):
        for unit in range((depth - 2) // 6):
            filters, stride = WIDTH * 2**stage, 2 if stage > 0 and unit == 0 else 1
            y = convolve(keras.layers.ReLU()(convolve(x, filters, stride)), filters)
            if kind == "residual":
                new = filters - x.shape[-1]
                shortcut = keras.ops.pad(x[:, ::stride, ::stride], [[0, 0]] * 3 + [[0, new]])
                y = keras.layers.Add()([y, shortcut])
            x = keras.layers.ReLU()(y)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(10)(x))
