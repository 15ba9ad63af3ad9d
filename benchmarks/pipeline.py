"""Input pipelines: the course's against one written as tutorials of 2019 to 2021 write it.

Both read the same JPEG photos (crops of the two that scikit-learn ships), cut, mirror and resize
them at random and scale them for Xception. The tutorial's decodes every photo again in every
epoch, treats one photo at a time and one after the other, and batches last.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from benchmarks._paired import describe_machine, paired, report
from cnncourse import data

PHOTOS, SIDE, BATCH = 256, 160, 32


def photos() -> list[bytes]:
    """Return JPEG files of different sizes."""
    import tensorflow as tf
    from sklearn.datasets import load_sample_image

    generator = np.random.default_rng(0)
    files = []
    for number in range(PHOTOS):
        photo = load_sample_image(("china.jpg", "flower.jpg")[number % 2])
        height, width = generator.integers(240, 420), generator.integers(320, 600)
        top = generator.integers(0, photo.shape[0] - height)
        left = generator.integers(0, photo.shape[1] - width)
        crop = photo[top : top + height, left : left + width]
        files.append(tf.io.encode_jpeg(crop, quality=92).numpy())
    return files


def tutorial(files: list[bytes], labels: np.ndarray):
    """Return the pipeline in the old manner."""
    import keras
    import tensorflow as tf

    def preprocess(file, label):
        image = tf.io.decode_jpeg(file, channels=3)
        side = tf.reduce_min(tf.shape(image)[:2])
        image = tf.image.random_crop(image, [side, side, 3])
        image = tf.image.random_flip_left_right(image)
        image = tf.image.resize(image, [SIDE, SIDE])
        return keras.applications.xception.preprocess_input(image), label

    stream = tf.data.Dataset.from_tensor_slices((files, labels)).shuffle(1000)
    return stream.map(preprocess).batch(BATCH).prefetch(1)


def ours(files: list[bytes], labels: np.ndarray):
    """Return the course's pipeline over the same files."""
    import tensorflow as tf

    def stream():
        def decode(file, label):
            return {"image": tf.io.decode_jpeg(file, channels=3), "label": label}

        return tf.data.Dataset.from_tensor_slices((files, labels)).map(
            decode, num_parallel_calls=tf.data.AUTOTUNE
        )

    split = data.Split(count=len(files), whole=len(files), source=stream)
    return data.pipeline(
        split, SIDE, batch=BATCH, training=True, preprocess=data.preprocessing("xception")
    )


def epoch(batches) -> np.ndarray:
    """Run through all batches; return the labels seen."""
    labels = []
    for images, batch_labels in batches:
        assert images.shape[1:] == (SIDE, SIDE, 3)
        assert float(images[0].numpy().min()) >= -1
        assert float(images[0].numpy().max()) <= 1.001
        labels.append(batch_labels.numpy())
    return np.concatenate(labels)


def main() -> None:
    """Print both comparisons."""
    files, labels = photos(), np.arange(PHOTOS)
    old, new = tutorial(files, labels), ours(files, labels)
    for batches in (old, new):
        assert sorted(epoch(batches)) == list(range(PHOTOS))
    print(describe_machine())
    print(f"{PHOTOS} JPEG photos of 240 x 320 to 420 x 600 pixels to {SIDE} x {SIDE}, by {BATCH}")
    first = paired(
        {
            "tutorial": lambda: epoch(tutorial(files, labels)),
            "data.pipeline": lambda: epoch(ours(files, labels)),
        },
        rounds=5,
    )
    later = paired({"tutorial": lambda: epoch(old), "data.pipeline": lambda: epoch(new)}, rounds=7)
    for title, seconds in (("the first epoch", first), ("every later epoch", later)):
        print(report(f"\n{title}", seconds, "tutorial"))
        for name, times in seconds.items():
            print(f"  {name}: {PHOTOS / min(times):,.0f} images/s")


if __name__ == "__main__":
    main()
