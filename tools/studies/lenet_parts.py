"""Which parts of LeNet-5 have been improved upon since 1998."""

from __future__ import annotations

from typing import Any

NAME = "lenet_parts"
DESCRIPTION = (
    "The modern LeNet-5 (ReLU, max pooling, a full C3, softmax) in which one part at a time is "
    "that of 1998: the *scaled tanh* after C1, C3, C5 and F6; *trainable subsampling*, with its "
    "own scaled tanh; the *partial C3*; *RBF output* with digit codes, whose negative distances "
    "are the logits. *all four* is the network of 1998. All train alike, with cross-entropy and "
    "Adam."
)
DATA = (
    "Sample digits (real ones of 8 px from scikit-learn, enlarged to 28 px and padded to 32): "
    "1,258 train for 5 epochs, 359 test. Seeds 0 to 4 set the split, the initial weights and the "
    "order of the batches."
)
# tanh, subsampling, partial C3, RBF output
PARTS: dict[str, tuple[bool, bool, bool, bool]] = {
    "none": (False, False, False, False),
    "scaled tanh": (True, False, False, False),
    "trainable subsampling": (False, True, False, False),
    "partial C3": (False, False, True, False),
    "RBF output": (False, False, False, True),
    "all four": (True, True, True, True),
}
EPOCHS, BATCH, RATE = 5, 32, 1e-3
ARMS = [{"of_1998": part, "seed": seed} for part in PARTS for seed in range(5)]
LABELS = {
    "of_1998": "what is of 1998",
    "accuracy": "test accuracy",
    "parameters": "trainable parameters",
}
# Training sums in another order on other processors and ends elsewhere; the counts are exact.
TOLERANCE = {"accuracy": {"absolute": 0.05}, "parameters": {"absolute": 0}}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Train one network and return its test accuracy and its size."""
    import keras
    import numpy as np

    from cnncourse import data, layers, models
    from cnncourse.layers import plain

    digits = data.load("mnist", seed=arm["seed"], progress=False)
    keras.utils.set_random_seed(arm["seed"])
    tanh, subsampling, partial, rbf = PARTS[arm["of_1998"]]
    squash = layers.scaled_tanh if tanh else "relu"
    initializer = "glorot_uniform" if tanh else "he_normal"

    def conv(filters: int) -> Any:
        return plain.conv(filters, 5, 1, "valid", squash, initializer=initializer)

    def shrink() -> Any:
        return layers.TrainableSubsampling2D(2) if subsampling else plain.max_pool(2, 2)

    network = plain.assemble(
        (32, 32, 1),
        [
            conv(6),
            shrink(),
            layers.PartialConv2D(layers.LENET_C3, 5, squash) if partial else conv(16),
            shrink(),
            conv(120),
            plain.flatten(),
            plain.dense(84, squash, initializer=initializer),
            *([layers.RBFOutput(10), plain.negative()] if rbf else [plain.dense(10)]),
            plain.activation("softmax"),
        ],
    )
    network.compile(
        keras.optimizers.Adam(RATE),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )

    def padded(images: Any) -> np.ndarray:
        return np.pad(images[..., None] / np.float32(255), ((0, 0), (2, 2), (2, 2), (0, 0)))

    train, test = padded(digits.train.images), padded(digits.test.images)
    network.fit(train, digits.train.labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    _, accuracy = network.evaluate(test, digits.test.labels, verbose=0)
    return {"accuracy": accuracy, "parameters": models.count_params(network).trainable}
