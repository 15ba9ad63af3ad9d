"""Between arrays and ``tf.data``: the two shapes in which a split may come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cnncourse import _checks
from cnncourse.data._dataset import Split

FIELDS = {
    "images": "image",
    "tokens": "tokens",
    "labels": "label",
    "boxes": "boxes",
    "masks": "masks",
}


def from_arrays(split: Split):
    """Return the stream of a split in memory."""
    import tensorflow as tf

    columns = {
        key: value for name, key in FIELDS.items() if (value := getattr(split, name)) is not None
    }
    if not any(isinstance(value, list) for value in columns.values()):
        return tf.data.Dataset.from_tensor_slices(columns)

    def examples():
        for index in range(split.count):
            yield {key: value[index] for key, value in columns.items()}

    signature = {}
    for key, value in columns.items():
        first = np.asarray(value[0])
        # One axis counts the objects of a picture and differs from picture to picture.
        shape = (None, *first.shape[1:]) if isinstance(value, list) else first.shape
        signature[key] = tf.TensorSpec(shape, first.dtype)
    stream = tf.data.Dataset.from_generator(examples, output_signature=signature)
    return stream.apply(tf.data.experimental.assert_cardinality(split.count))


def to_arrays(split: Split, size: int | None, limit: int | None) -> Split:
    """Return `split` with its first `limit` examples in memory, as squares of `size` pixels."""
    import tensorflow as tf

    from cnncourse.data.transforms import central_crop, resize

    count = split.count if limit is None else limit
    stream = split.stream().take(count)
    if size is not None:
        stream = stream.map(
            lambda example: resize(central_crop(example), size),
            num_parallel_calls=tf.data.AUTOTUNE,
        )
    columns: dict[str, list[Any]] = {}
    for example in stream.as_numpy_iterator():
        for key, value in example.items():
            columns.setdefault(key, []).append(value)
    count = len(next(iter(columns.values()), []))
    fields: dict[str, Any] = dict.fromkeys(FIELDS)
    for name, key in FIELDS.items():
        if key in columns:
            fields[name] = _stack(name, columns[key], split)
    if fields["images"] is not None and fields["images"].dtype != np.uint8:
        fields["images"] = np.clip(np.rint(fields["images"]), 0, 255).astype(np.uint8)
    return replace(split, count=count, source=None, **fields)


def _stack(name: str, values: list, split: Split) -> np.ndarray | list[np.ndarray]:
    shapes = {np.shape(value) for value in values}
    several = name != "images" and (
        len(shapes) > 1 or isinstance(getattr(split, name), list) or _counts_objects(name, values)
    )
    if several:
        return [np.asarray(value) for value in values]
    if len(shapes) > 1:
        _checks.fail(
            "size", "a side in pixels, since the pictures of this set differ in size", None
        )
    return np.stack(values)


def _counts_objects(name: str, values: list) -> bool:
    """Tell whether the first axis of an example's entry counts objects, even if all agree."""
    rank = np.ndim(values[0])
    return {"labels": rank == 1, "boxes": rank == 2, "masks": rank == 3}.get(name, False)
