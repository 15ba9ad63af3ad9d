"""What is done to a picture before a network sees it; boxes and masks follow.

Every function takes a picture of shape (H, W, C), or an example as ``Split.stream`` gives it: a
dict with ``image`` and perhaps ``label``, ``boxes`` (``xyxy`` pixels) and ``masks``. It returns
the same kind, as TensorFlow tensors, and runs as well inside ``tf.data.Dataset.map``. A crop
clips boxes and drops the objects of which nothing is left; where a picture has one object only
(``boxes`` of shape (4,)) its box may end up with zero area.
"""

from __future__ import annotations

from typing import Any

from cnncourse import _checks

Example = Any


def resize(example: Example, size: int | tuple[int, int]) -> Example:
    """Resize to `size` (one side, or height and width), bilinear with antialiasing.

    The result is float32 with the value range of the input. Proportions are not kept: crop first,
    or let the picture be stretched on purpose.
    """
    import tensorflow as tf

    height, width = _checks.pair("size", size, 1)
    parts, wrap = _open(example)
    old_height, old_width = _extent(parts["image"])
    parts["image"] = tf.image.resize(parts["image"], (height, width), antialias=True)
    if "boxes" in parts:
        scale = tf.stack([width / old_width, height / old_height] * 2)
        parts["boxes"] = parts["boxes"] * tf.cast(scale, tf.float32)
    if "masks" in parts:
        masks = parts["masks"][..., None]
        small = tf.image.resize(tf.cast(masks, tf.float32), (height, width), method="nearest")
        parts["masks"] = small[..., 0] > 0.5
    return wrap(parts)


def central_crop(example: Example, size: int | tuple[int, int] | None = None) -> Example:
    """Cut the centre out: `size` pixels, or without it the largest square.

    Raises
    ------
    ValueError
        If the picture is smaller than `size` (``InvalidArgumentError`` inside a graph that does
        not know the picture's size).
    """
    import tensorflow as tf

    parts, wrap = _open(example)
    height, width = _extent(parts["image"])
    if size is None:
        rows = columns = tf.minimum(height, width)
    else:
        rows, columns = _checks.pair("size", size, 1)
        _require_room(height, width, rows, columns)
    return wrap(_window(parts, (height - rows) // 2, (width - columns) // 2, rows, columns))


def random_crop(example: Example, size: int | tuple[int, int], seed) -> Example:
    """Cut a window of `size` pixels out at a random place.

    Parameters
    ----------
    seed : pair of int, or tensor of shape (2,)
        Decides the place: same seed, same crop.
    """
    import tensorflow as tf

    rows, columns = _checks.pair("size", size, 1)
    parts, wrap = _open(example)
    height, width = _extent(parts["image"])
    _require_room(height, width, rows, columns)
    place = tf.random.stateless_uniform([2], seed)
    top = tf.cast(place[0] * tf.cast(height - rows + 1, tf.float32), tf.int32)
    left = tf.cast(place[1] * tf.cast(width - columns + 1, tf.float32), tf.int32)
    # A float32 close to 1 times a large extent may round up to the extent itself.
    top, left = tf.minimum(top, height - rows), tf.minimum(left, width - columns)
    return wrap(_window(parts, top, left, rows, columns))


def crop_or_pad(example: Example, size: int | tuple[int, int]) -> Example:
    """Bring to `size` without scaling: cut centrally what is too large, pad the rest with zeros."""
    import tensorflow as tf

    rows, columns = _checks.pair("size", size, 1)
    parts, wrap = _open(example)
    height, width = _extent(parts["image"])
    kept_rows, kept_columns = tf.minimum(height, rows), tf.minimum(width, columns)
    parts = _window(
        parts, (height - kept_rows) // 2, (width - kept_columns) // 2, kept_rows, kept_columns
    )
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    around = [
        [top, rows - kept_rows - top],
        [left, columns - kept_columns - left],
    ]
    channels = parts["image"].shape[-1]
    parts["image"] = tf.ensure_shape(
        tf.pad(parts["image"], [*around, [0, 0]]), (rows, columns, channels)
    )
    if "boxes" in parts:
        offset = tf.cast(tf.stack([left, top, left, top]), tf.float32)
        parts["boxes"] = parts["boxes"] + offset
    if "masks" in parts:
        leading = [[0, 0]] * (len(parts["masks"].shape) - 2)
        parts["masks"] = tf.pad(parts["masks"], [*leading, *around])
    return wrap(parts)


def crop_and_resize(example: Example, box, size: int | tuple[int, int]) -> Example:
    """Cut `box` out and resize it to `size`.

    Parameters
    ----------
    box : sequence of 4 int
        ``xyxy`` in pixels of the picture, inside it.
    """
    import tensorflow as tf

    parts, wrap = _open(example)
    height, width = _extent(parts["image"])
    if len(box) != 4:
        _checks.fail("box", "four integers (left, top, right, bottom)", box)
    left, top, right, bottom = (_checks.integer("box", side, 0) for side in box)
    if right <= left or bottom <= top:
        _checks.fail("box", "left < right and top < bottom", box)
    known = tf.get_static_value(height), tf.get_static_value(width)
    if None not in known and (bottom > known[0] or right > known[1]):
        _checks.fail("box", f"a box inside the picture of {known[1]} x {known[0]} pixels", box)
    return resize(wrap(_window(parts, top, left, bottom - top, right - left)), size)


def flip(example: Example) -> Example:
    """Mirror left and right."""
    import tensorflow as tf

    parts, wrap = _open(example)
    _, width = _extent(parts["image"])
    parts["image"] = parts["image"][:, ::-1]
    if "boxes" in parts:
        left, top, right, bottom = tf.unstack(parts["boxes"], axis=-1)
        edge = tf.cast(width, tf.float32)
        parts["boxes"] = tf.stack([edge - right, top, edge - left, bottom], axis=-1)
    if "masks" in parts:
        parts["masks"] = parts["masks"][..., ::-1]
    return wrap(parts)


def random_flip(example: Example, seed) -> Example:
    """Mirror left and right for one seed in two."""
    import tensorflow as tf

    parts, wrap = _open(example)
    mirrored = flip(parts)
    turn = tf.random.stateless_uniform([], seed) < 0.5
    return wrap({key: tf.where(turn, mirrored[key], value) for key, value in parts.items()})


def _open(example: Example):
    """Return the example as a dict of tensors, and the way back to the kind that came."""
    import tensorflow as tf

    alone = not isinstance(example, dict)
    parts = {"image": example} if alone else dict(example)
    if "image" not in parts:
        _checks.fail("example", "a picture or a dict with the key 'image'", sorted(parts))
    image = tf.convert_to_tensor(parts["image"])
    if image.shape.rank is not None and image.shape.rank != 3:
        _checks.fail(
            "image", "a picture with 3 axes (H, W, C)", f"an array of shape {tuple(image.shape)}"
        )
    parts["image"] = image
    if "boxes" in parts:
        parts["boxes"] = tf.cast(parts["boxes"], tf.float32)
    if "masks" in parts:
        parts["masks"] = tf.convert_to_tensor(parts["masks"])
    return parts, (lambda result: result["image"] if alone else result)


def _extent(image):
    import tensorflow as tf

    shape = tf.shape(image)
    height, width = image.shape[0], image.shape[1]
    return (
        shape[0] if height is None else tf.constant(height),
        shape[1] if width is None else tf.constant(width),
    )


def _require_room(height, width, rows: int, columns: int) -> None:
    import tensorflow as tf

    known = tf.get_static_value(height), tf.get_static_value(width)
    if None not in known:
        if known[0] < rows or known[1] < columns:
            _checks.fail(
                "size", f"at most the picture's {known[0]} x {known[1]} pixels", (rows, columns)
            )
        return
    message = f"The picture is smaller than the crop of {rows} x {columns} pixels."
    tf.debugging.assert_greater_equal(height, rows, message)
    tf.debugging.assert_greater_equal(width, columns, message)


def _window(parts: dict, top, left, rows, columns) -> dict:
    """Cut the window out of every part of an example."""
    import tensorflow as tf

    result = dict(parts)
    image = parts["image"][top : top + rows, left : left + columns]
    if isinstance(rows, int) and isinstance(columns, int):
        image = tf.ensure_shape(image, (rows, columns, image.shape[-1]))
    result["image"] = image
    if "masks" in parts:
        result["masks"] = parts["masks"][..., top : top + rows, left : left + columns]
    if "boxes" in parts:
        offset = tf.cast(tf.stack([left, top, left, top]), tf.float32)
        limit = tf.cast(tf.stack([columns, rows, columns, rows]), tf.float32)
        boxes = tf.clip_by_value(parts["boxes"] - offset, 0.0, limit)
        result["boxes"] = boxes
        if boxes.shape.rank == 2:
            seen = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
            for key in ("boxes", "label", "masks", "difficult"):
                if key in result:
                    result[key] = tf.boolean_mask(result[key], seen)
    return result
