"""A head on features that are computed once, and the same head trained on top of the frozen base.

Both start from the same weights and see the same batches, so they end with the same answers; only
the second sends every image through the base again in every epoch. With MobileNetV2 on the flower
photos, where `KERAS_HOME` and `CNNCOURSE_DATA_DIR` (or the network) have them; always with the
course's own backbone on drawn flowers.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks._paired import describe_machine, paired, report
from cnncourse import data
from tools.studies import _imagenet

EPOCHS, ROUNDS, BATCH = (5, 20), 3, 32
WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
SIDE, PHOTO_SIDE = 96, 224
ONCE, AGAIN = "features once", "frozen in the model"


@dataclass(frozen=True)
class Task:
    """A pretrained base, images to learn from, and images to test on, labels beside them."""

    title: str
    base: Any
    train: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


def drawn() -> Task:
    """Return the course's backbone and drawn flowers."""
    from cnncourse import transfer

    flowers = data.load("flowers", size=SIDE, progress=False)
    train, test = flowers.train, flowers.test
    return Task(
        "the course's backbone, drawn flowers",
        transfer.backbone((SIDE, SIDE, 3)),
        (train.images[:300], train.labels[:300]),
        (test.images, test.labels),
    )


def photographed() -> Task:
    """Return MobileNetV2 and as many of the real flower photos as there are, at most 400."""
    import keras

    from cnncourse import transfer

    _imagenet.require(WEIGHTS)
    splits = data.load("flowers", source="real").splits.values()
    photos = [split.to_arrays(size=PHOTO_SIDE, limit=200) for split in splits]
    images = np.concatenate([part.images for part in photos])
    labels = np.concatenate([part.labels for part in photos])
    kept, rest = data.stratified_split(labels, (0.75, 0.25), 0)
    pixels = keras.Input((PHOTO_SIDE, PHOTO_SIDE, 3))
    shown = transfer.Preprocessing(transfer.wants("MobileNetV2"))(pixels)
    network = keras.applications.MobileNetV2((PHOTO_SIDE, PHOTO_SIDE, 3), include_top=False)
    return Task(
        "MobileNetV2, flower photos",
        keras.Model(pixels, network(shown), name="base"),
        (images[kept], labels[kept]),
        (images[rest], labels[rest]),
    )


class Training:
    """Trains one model again and again from the same start, without tracing it anew."""

    def __init__(self, model: Any) -> None:
        import keras

        model.compile(
            keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", jit_compile=False
        )
        model.optimizer.build(model.trainable_variables)
        changing = (*model.trainable_variables, *model.optimizer.variables)
        self.model = model
        self.start = [(variable, variable.numpy()) for variable in changing]

    def __call__(self, x: np.ndarray, labels: np.ndarray, epochs: int) -> None:
        """Go back to the start and train."""
        for variable, value in self.start:
            variable.assign(value)
        # In the given order, which is a shuffled one: both candidates see the same batches.
        self.model.fit(x, labels, batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0)


def candidates(task: Task) -> tuple[dict[str, Callable[[], object]], Any]:
    """Return what to time, and the classifier whose head each of them trains."""
    import keras

    from cnncourse import transfer

    images, labels = task.train
    keras.utils.set_random_seed(0)
    head = transfer.head(task.base.output_shape[1:], len(np.unique(labels)))
    model = transfer.classifier(transfer.freeze(task.base), head=head)
    on_features, on_images = Training(head), Training(model)

    def once(epochs: int) -> None:
        on_features(transfer.features(task.base, images, batch_size=BATCH), labels, epochs)

    work = {}
    for epochs in EPOCHS:
        work[f"{ONCE}, {epochs} epochs"] = lambda epochs=epochs: once(epochs)
        work[f"{AGAIN}, {epochs} epochs"] = lambda epochs=epochs: on_images(images, labels, epochs)
    return work, model


def compare(task: Task) -> None:
    """Check that the answers are the same, then time both."""
    work, model = candidates(task)
    images, labels = task.test
    side = images.shape[1]
    print(
        f"\n{task.title}: {len(task.train[0])} images of {side} × {side} to train on, "
        f"{len(images)} to test on, batches of {BATCH}"
    )
    for epochs in EPOCHS:
        outputs = {}
        for way in (ONCE, AGAIN):
            work[f"{way}, {epochs} epochs"]()
            outputs[way] = model.predict(images, verbose=0)
        # Adam divides by the size of gradients, which lets differences of rounding grow.
        np.testing.assert_allclose(outputs[AGAIN], outputs[ONCE], atol=0.02)
        right = {way: np.mean(one.argmax(axis=1) == labels) for way, one in outputs.items()}
        if abs(right[AGAIN] - right[ONCE]) > 0.02:
            raise AssertionError(f"test accuracies differ: {right}")
        words = " and ".join(f"{share:.3f} ({way})" for way, share in right.items())
        print(f"  test accuracy after {epochs} epochs: {words}")
    times = paired(work, ROUNDS)
    for epochs in EPOCHS:
        chosen = {name: times[name] for name in times if name.endswith(f", {epochs} epochs")}
        print(report(f"  {epochs} epochs", chosen, f"{ONCE}, {epochs} epochs"))


def main() -> None:
    """Compare on every set of images that can be had."""
    print(describe_machine())
    compare(drawn())
    try:
        task = photographed()
    except data.DataUnavailableError as error:
        print(f"\nFlower photos and MobileNetV2 are left out: {error}")
    else:
        compare(task)


if __name__ == "__main__":
    main()
