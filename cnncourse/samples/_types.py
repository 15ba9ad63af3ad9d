"""What the sample sets return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Samples:
    """Drawn images with their labels and, where the set has them, boxes and masks.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, H, W) or (N, H, W, 3)
        Grey or RGB, 0 to 255.
    labels : ndarray of int64, shape (N,), or list of such arrays, shape (K,)
        Indices into `class_names`; one array per image where an image holds several objects.
    class_names : tuple of str
    boxes : ndarray of float32, shape (N, 4), or list of such arrays, shape (K, 4), or None
        ``xyxy`` in pixels: left, top, right, bottom, where right and bottom are one past the last
        pixel of the mask. They bound the *visible* part of an object.
    masks : ndarray of bool, shape (N, H, W), or list of such arrays, shape (K, H, W), or None
        True on the visible pixels of an object.
    """

    images: np.ndarray
    labels: np.ndarray | list[np.ndarray]
    class_names: tuple[str, ...]
    boxes: np.ndarray | list[np.ndarray] | None = None
    masks: np.ndarray | list[np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True, eq=False)
class Reviews:
    """Token sequences with a label each.

    Attributes
    ----------
    tokens : ndarray of int32, shape (N, length)
        Word ids, padded with 0 in front, as ``keras.utils.pad_sequences`` does by default.
    labels : ndarray of int64, shape (N,)
        0 negative, 1 positive.
    vocabulary : tuple of str
        Word of each id. As in Keras' IMDB data, 0 pads, 1 starts, 2 stands for an unknown word,
        and 3 is unused.
    class_names : tuple of str
    """

    tokens: np.ndarray
    labels: np.ndarray
    vocabulary: tuple[str, ...]
    class_names: tuple[str, ...] = ("negative", "positive")

    def __len__(self) -> int:
        return len(self.tokens)
