"""Read Pascal VOC's files: one XML an image, and one text file of results a class."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cnncourse import _checks
from cnncourse.metrics._types import Detections, GroundTruth

SIDES = ("xmin", "ymin", "xmax", "ymax")


def read_voc(
    folder: str | Path,
    class_names: Sequence[str] | None = None,
    images: Sequence[str] | None = None,
) -> GroundTruth:
    """Read a folder of Pascal VOC annotations.

    Parameters
    ----------
    folder : str or Path
        Holds one XML file an image.
    class_names : sequence of str, optional
        The classes, in the order wanted; all that occur, by name, unless told.
    images : sequence of str, optional
        Names of the files to read, without ``.xml``; all of them, by name, unless told.

    Returns
    -------
    GroundTruth
        VOC counts pixels from 1 and writes down the last one *inside* a box. So 1 is taken from
        ``xmin`` and ``ymin``: a box from 3 to 5 is 3 pixels wide, as in VOC's own evaluation.

    Raises
    ------
    ValueError
        If a file isn't of this form, or has a class that isn't named: the message says which.
    FileNotFoundError
        If the folder, or a file that is named, isn't there.
    """
    home = Path(folder)
    if not home.is_dir():
        raise FileNotFoundError(f"{home}: no such folder")
    if images is None:
        images = sorted(path.stem for path in home.glob("*.xml"))
        if not images:
            raise FileNotFoundError(f"{home}: no file ends in .xml")
    rows = [
        (index, *row)
        for index, image in enumerate(images)
        for row in _objects(home / f"{image}.xml")
    ]
    if class_names is None:
        class_names = sorted({row[1] for row in rows})
    places = {name: index for index, name in enumerate(class_names)}
    for index, name, *_ in rows:
        if name not in places:
            raise ValueError(
                f"{home / images[index]}.xml: expected one of the classes "
                f"{', '.join(class_names)}; received {name!r}."
            )
    return GroundTruth(
        images=images,
        class_names=class_names,
        image=np.array([row[0] for row in rows], np.int64),
        label=np.array([places[row[1]] for row in rows], np.int64),
        boxes=np.array([row[2] for row in rows], float).reshape(-1, 4),
        difficult=np.array([row[3] for row in rows], bool),
    )


def read_voc_results(
    folder: str | Path, ground_truth: GroundTruth, prefix: str = "comp4_det_test_"
) -> Detections:
    """Read detections as VOC's competitions want them.

    Parameters
    ----------
    folder : str or Path
        Holds one file a class, ``comp4_det_test_CLASS.txt``, each line an image's name, a score,
        and left, top, right, bottom in VOC's pixels. A class without a file has no detections.
    ground_truth : GroundTruth
        From `read_voc`.
    prefix : str
        What stands before the class in a file's name.

    Returns
    -------
    Detections

    Raises
    ------
    ValueError
        If a line isn't of this form or names an image that isn't there, or if a file is for a class
        that isn't there: the message says which.
    FileNotFoundError
        If there is no such file at all.
    """
    files = sorted(Path(folder).glob(f"{prefix}*.txt"))
    if not files:
        raise FileNotFoundError(f"{Path(folder) / prefix}*.txt: no such file")
    places = {name: index for index, name in enumerate(ground_truth.images)}
    classes = {name: index for index, name in enumerate(ground_truth.class_names)}
    rows = []
    for path in files:
        name = path.stem.removeprefix(prefix)
        if name not in classes:
            raise ValueError(f"{path}: expected a class of the ground truth; received {name!r}.")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            where, (image, *values) = f"{path}, line {number}", line.split()
            if image not in places:
                raise ValueError(f"{where}: expected a known image; received {image!r}.")
            numbers = [_number(where, value) for value in values]
            if len(numbers) != 5:
                raise ValueError(f"{where}: expected an image and five numbers; received {line!r}.")
            rows.append((places[image], classes[name], _box(where, numbers[1:]), numbers[0]))
    return Detections(
        image=np.array([row[0] for row in rows], np.int64),
        label=np.array([row[1] for row in rows], np.int64),
        boxes=np.array([row[2] for row in rows], float).reshape(-1, 4),
        scores=np.array([row[3] for row in rows], float),
    )


def _objects(path: Path) -> list[tuple[str, list[float], bool]]:
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise ValueError(f"{path}: expected XML; {error}") from error
    if root.tag != "annotation":
        raise ValueError(f"{path}: expected an <annotation>; received <{root.tag}>.")
    found = []
    for index, item in enumerate(root.iterfind("object"), start=1):
        where = f"{path}, object {index}"
        name = (item.findtext("name") or "").strip()
        if not name:
            raise ValueError(f"{where}: expected a <name>; received none.")
        difficult = (item.findtext("difficult") or "0").strip()
        if difficult not in ("0", "1"):
            raise ValueError(f"{where}: expected 0 or 1 in <difficult>; received {difficult!r}.")
        sides = [_number(f"{where}, {side}", item.findtext(f"bndbox/{side}")) for side in SIDES]
        found.append((name, _box(where, sides), difficult == "1"))
    return found


def _number(where: str, text: str | None) -> float:
    try:
        return _checks.number("", float(text or ""))
    except ValueError:
        raise ValueError(f"{where}: expected a finite number; received {text!r}.") from None


def _box(where: str, sides: list[float]) -> list[float]:
    left, top, right, bottom = sides[0] - 1, sides[1] - 1, sides[2], sides[3]
    if right < left or bottom < top or max(map(abs, sides)) > 1e150:
        raise ValueError(f"{where}: expected xmin <= xmax and ymin <= ymax; received {sides}.")
    return [left, top, right - left, bottom - top]
