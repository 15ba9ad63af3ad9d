"""Sets that lie in plain folders: a folder per class, VOC annotations, reviews as text files."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from cnncourse.data._dataset import Split
from cnncourse.data._errors import DamagedDataError

PICTURES = (".jpg", ".jpeg", ".png")


def read_picture(path: str | Path) -> np.ndarray:
    """Return a picture file as uint8 of shape (H, W, 3).

    Raises
    ------
    DamagedDataError
        For an empty, truncated or unreadable file, and for colours that are not RGB or grey: a
        CMYK picture converted without its profile shows wrong colours.
    """
    path = Path(path)
    try:
        with Image.open(path) as picture:
            if picture.mode not in ("RGB", "L"):
                raise DamagedDataError(str(path), "an RGB or grey picture", f"mode {picture.mode}")
            return np.asarray(picture.convert("RGB"))
    except UnidentifiedImageError as error:
        received = "an empty file" if path.stat().st_size == 0 else "something else"
        raise DamagedDataError(str(path), "a JPEG or PNG picture", received) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DamagedDataError(str(path), "a whole JPEG or PNG picture", str(error)) from error


def class_folder(folder: Path, class_names: tuple[str, ...]) -> list[tuple[Path, int]]:
    """Return (file, class number) of every picture in the folders named by `class_names`."""
    missing = [name for name in class_names if not (folder / name).is_dir()]
    if missing:
        raise DamagedDataError(
            str(folder), f"a folder for each of {list(class_names)}", f"none for {missing}"
        )
    files = [
        (path, number)
        for number, name in enumerate(class_names)
        for path in sorted((folder / name).iterdir())
        if path.suffix.lower() in PICTURES
    ]
    if not files:
        raise DamagedDataError(str(folder), "pictures in the class folders", "none")
    return files


def photo_split(files: list[tuple[Path, int]], whole: int) -> Split:
    """Return a stream over picture files with one label each."""
    paths = [str(path) for path, _ in files]
    labels = np.array([label for _, label in files], np.int64)

    def stream():
        import tensorflow as tf

        return tf.data.Dataset.from_tensor_slices((paths, labels)).map(
            lambda path, label: {"image": _decoded(path), "label": label},
            num_parallel_calls=tf.data.AUTOTUNE,
        )

    return Split(count=len(files), whole=max(whole, len(files)), source=stream)


@dataclass(frozen=True)
class Annotation:
    """Objects of one picture: class numbers (K,) and boxes (K, 4), ``xyxy`` pixels."""

    path: Path
    labels: np.ndarray
    boxes: np.ndarray


def voc_annotations(root: Path, split: str, class_names: tuple[str, ...]) -> list[Annotation]:
    """Return the annotated pictures that ``ImageSets/Main/<split>.txt`` names, in its order."""
    listing = root / "ImageSets" / "Main" / f"{split}.txt"
    if not listing.exists():
        raise DamagedDataError(str(root), f"the list ImageSets/Main/{split}.txt", "no such file")
    # Class lists of VOC have a second column; the picture's name is the first.
    names = [line.split()[0] for line in listing.read_text().splitlines() if line.strip()]
    return [voc_annotation(root, name, class_names) for name in names]


def voc_annotation(root: Path, name: str, class_names: tuple[str, ...]) -> Annotation:
    """Read one VOC file.

    VOC counts pixels from 1 and includes the last one; boxes here count from 0 and exclude it, so
    that a box of one pixel has area 1.
    """
    path = root / "Annotations" / f"{name}.xml"
    try:
        tree = ElementTree.parse(path).getroot()
        width, height = (int(_text(tree, f"size/{side}")) for side in ("width", "height"))
        labels, boxes = [], []
        for number, item in enumerate(tree.findall("object")):
            where = f"{path}, object {number}"
            label = _text(item, "name").strip()
            if label not in class_names:
                raise DamagedDataError(where, f"a class of {list(class_names)}", repr(label))
            left, top, right, bottom = (
                float(_text(item, f"bndbox/{side}")) for side in ("xmin", "ymin", "xmax", "ymax")
            )
            if not (1 <= left <= right <= width and 1 <= top <= bottom <= height):
                raise DamagedDataError(
                    where,
                    f"a box inside the picture of {width} x {height} pixels",
                    f"xmin {left:g}, ymin {top:g}, xmax {right:g}, ymax {bottom:g}",
                )
            labels.append(class_names.index(label))
            boxes.append((left - 1, top - 1, right, bottom))
    except (OSError, ElementTree.ParseError, ValueError) as error:
        raise DamagedDataError(str(path), "a VOC annotation", str(error)) from error
    picture = root / "JPEGImages" / f"{name}.jpg"
    if not picture.exists():
        raise DamagedDataError(str(path), f"the picture {picture}", "no such file")
    return Annotation(
        picture, np.array(labels, np.int64), np.array(boxes, np.float32).reshape(-1, 4)
    )


def annotated_split(annotations: list[Annotation], whole: int) -> Split:
    """Return a stream over pictures with any number of labelled boxes."""
    labels = [item.labels for item in annotations]
    boxes = [item.boxes for item in annotations]

    def stream():
        import tensorflow as tf

        columns = (
            [str(item.path) for item in annotations],
            tf.RaggedTensor.from_row_lengths(np.concatenate(labels), [len(x) for x in labels]),
            tf.RaggedTensor.from_row_lengths(np.concatenate(boxes), [len(x) for x in boxes]),
        )

        def example(path, label, box):
            dense = tf.ensure_shape(box, (None, 4))
            return {"image": _decoded(path), "label": label, "boxes": dense}

        return tf.data.Dataset.from_tensor_slices(columns).map(
            example, num_parallel_calls=tf.data.AUTOTUNE
        )

    return Split(
        count=len(annotations),
        whole=max(whole, len(annotations)),
        labels=labels,
        boxes=boxes,
        source=stream,
    )


def review_folder(
    folder: Path, word_index: dict[str, int], words: int
) -> tuple[list[list[int]], np.ndarray]:
    """Return the reviews below ``pos`` and ``neg`` as word numbers, and their labels (pos is 1).

    Numbers are those of ``keras.datasets.imdb``: 1 starts, 2 is an unknown or rare word, and the
    word of rank r is r + 3.
    """
    tokens: list[list[int]] = []
    labels: list[int] = []
    for label, name in enumerate(("neg", "pos")):
        if not (folder / name).is_dir():
            raise DamagedDataError(str(folder), "the folders neg and pos", f"no {name}")
        for path in sorted((folder / name).glob("*.txt")):
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                raise DamagedDataError(str(path), "UTF-8 text", str(error)) from error
            tokens.append([1, *_numbers(text, word_index, words)])
            labels.append(label)
    if not tokens:
        raise DamagedDataError(str(folder), "reviews as .txt files", "none")
    return tokens, np.array(labels, np.int64)


def _numbers(text: str, word_index: dict[str, int], words: int) -> list[int]:
    # The published word index keeps apostrophes inside words and the tag of line breaks, "br".
    numbers = []
    for word in re.findall(r"[^\s!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~]+", text.lower()):
        number = word_index.get(word, words) + 3
        numbers.append(number if number < words else 2)
    return numbers


def _text(node: ElementTree.Element, path: str) -> str:
    found = node.findtext(path)
    if found is None:
        raise ValueError(f"no element {path}")
    return found


def _decoded(path):
    import tensorflow as tf

    image = tf.numpy_function(
        lambda name: read_picture(name.decode()), [path], tf.uint8, stateful=False
    )
    return tf.ensure_shape(image, (None, None, 3))
