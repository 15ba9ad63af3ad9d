"""COCO's and Pascal VOC's files: read whole, and refused where they are damaged."""

import copy
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import metrics

COCO = {
    "images": [{"id": 40}, {"id": 7}, {"id": 12}],
    "categories": [{"id": 9, "name": "rose"}, {"id": 2, "name": "daisy"}],
    "annotations": [
        {"id": 1, "image_id": 12, "category_id": 9, "bbox": [1, 2, 3.5, 4], "area": 9.5},
        {"id": 2, "image_id": 7, "category_id": 2, "bbox": [0, 0, 2, 5], "iscrowd": 1},
    ],
}
RESULTS = [
    {"image_id": 40, "category_id": 2, "bbox": [5, 6, 7, 8], "score": 0.25},
    {"image_id": 12, "category_id": 9, "bbox": [1, 2, 3, 4], "score": 1},
]
XML = """<annotation><filename>{name}.jpg</filename>
<object><name>dog</name><difficult>1</difficult>
<bndbox><xmin>3</xmin><ymin>1</ymin><xmax>5</xmax><ymax>10.5</ymax></bndbox>
<part><name>head</name><bndbox><xmin>4</xmin><ymin>2</ymin><xmax>5</xmax><ymax>3</ymax></bndbox>
</part></object>
<object><name>cat</name>
<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>1</xmax><ymax>2</ymax></bndbox></object></annotation>"""


def write(folder, content, name="file.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_coco_is_read_whole(tmp_path):
    truth = metrics.read_coco(write(tmp_path, COCO))
    assert truth.images == (7, 12, 40)
    assert truth.class_names == ("daisy", "rose")
    assert truth.class_ids == (2, 9)
    assert truth.image.tolist() == [1, 0]
    assert truth.label.tolist() == [1, 0]
    assert truth.boxes.tolist() == [[1, 2, 3.5, 4], [0, 0, 2, 5]]
    assert truth.crowd.tolist() == [False, True]
    assert truth.areas.tolist() == [9.5, 10]  # the second is its box's
    found = metrics.read_coco_results(write(tmp_path, RESULTS), truth)
    assert found.image.tolist() == [2, 1]
    assert found.label.tolist() == [0, 1]
    assert found.scores.tolist() == [0.25, 1]
    assert len(metrics.read_coco_results(write(tmp_path, []), truth)) == 0
    nothing = {"images": [], "categories": [], "annotations": []}
    assert len(metrics.read_coco(write(tmp_path, nothing))) == 0


def changed(content, path, value):
    """Return a copy with the entry at `path` set, or taken out where `value` is `...`."""
    content = copy.deepcopy(content)
    place = content
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return content


BAD_BOXES = [[0, 0, 1], [0, 0, math.nan, 1], [0, 0, 1, math.inf], [0, 0, -1, 1], "0011", None,
             [0, 0, 1, "1"], [0, 0, 1, None], [0, 0, True, 1], [0, 0, 1, [1]], [0, 0, 1e200, 1],
             [0, 0, 10**400, 1], ...]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("images",), ..., "a list 'images'"),
        (("categories",), {}, "a list 'categories'"),
        (("annotations",), None, "a list 'annotations'"),
        (("images", 0, "id"), 7, "images: expected distinct ids"),
        (("images", 0, "id"), "x", "all integers or all strings"),
        (("images", 0, "id"), ..., "images: expected distinct ids"),
        (("images", 0), 7, "images: expected distinct ids"),
        (("images", 0, "id"), True, "images: expected distinct ids"),
        (("images", 0, "id"), [7], "images: expected distinct ids"),
        (("categories", 0, "id"), 2, "categories: expected distinct ids"),
        (("categories", 0, "name"), "daisy", "a distinct name for each"),
        (("categories", 0, "name"), ..., "a distinct name for each"),
        (("annotations", 1), 3, "annotations[1]: expected an object"),
        (("annotations", 1, "image_id"), 8, "annotations[1].image_id: expected an id that"),
        (("annotations", 1, "image_id"), [7], "annotations[1].image_id"),
        (("annotations", 1, "category_id"), ..., "annotations[1].category_id"),
        (("annotations", 1, "iscrowd"), 2, "annotations[1].iscrowd: expected 0 or 1"),
        (("annotations", 0, "area"), -1, "annotations[0].area: expected a finite number of at"),
        (("annotations", 0, "area"), math.nan, "annotations[0].area"),
        *[(("annotations", 1, "bbox"), box, "annotations[1].bbox: expected") for box in BAD_BOXES],
    ],
)
def test_damaged_coco_is_refused(path, value, where, tmp_path):
    file = write(tmp_path, changed(COCO, path, value))
    with pytest.raises(ValueError, match="expected") as caught:
        metrics.read_coco(file)
    assert str(file) in str(caught.value)
    assert where in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ((0,), None, "[0]: expected an object"),
        ((1, "image_id"), 8, "[1].image_id: expected an id that the ground truth has; received 8."),
        ((1, "image_id"), True, "[1].image_id"),
        ((1, "category_id"), 3, "[1].category_id"),
        ((1, "score"), ..., "[1].score: expected a finite number; received None."),
        ((1, "score"), "0.5", "[1].score"),
        ((1, "score"), math.nan, "[1].score"),
        ((1, "score"), True, "[1].score"),
        *[((1, "bbox"), box, "[1].bbox: expected left, top, width") for box in BAD_BOXES],
    ],
)
def test_damaged_results_are_refused(path, value, where, tmp_path):
    truth = metrics.read_coco(write(tmp_path, COCO))
    file = write(tmp_path, changed(RESULTS, path, value), "results.json")
    with pytest.raises(ValueError, match="expected") as caught:
        metrics.read_coco_results(file, truth)
    assert str(file) in str(caught.value)
    assert where in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "\x00", "[" * 100_000])
def test_what_is_no_json_is_refused(text, tmp_path):
    file = write(tmp_path, text)
    for read in (metrics.read_coco, lambda path: metrics.read_coco_results(path, None)):
        with pytest.raises(ValueError, match="expected JSON"):
            read(file)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe[]")
    with pytest.raises(ValueError, match="expected JSON"):
        metrics.read_coco(tmp_path / "bytes.json")
    with pytest.raises(FileNotFoundError):
        metrics.read_coco(tmp_path / "none.json")


def test_the_two_files_mixed_up_are_refused(tmp_path):
    with pytest.raises(ValueError, match="an object with images, categories and annotations"):
        metrics.read_coco(write(tmp_path, RESULTS))
    truth = metrics.read_coco(write(tmp_path, COCO))
    with pytest.raises(ValueError, match="a list of detections"):
        metrics.read_coco_results(write(tmp_path, COCO), truth)


json_value = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 50) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "name", "bbox", "score", "image_id"]), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip


@given(
    st.sampled_from(
        [
            ("images",), ("images", 0), ("images", 0, "id"), ("categories", 1, "name"),
            ("categories", 1, "id"), ("annotations", 0), ("annotations", 0, "bbox"),
            ("annotations", 0, "bbox", 2), ("annotations", 0, "area"),
            ("annotations", 0, "iscrowd"), ("annotations", 0, "image_id"),
        ]
    ),
    json_value,
)  # fmt: skip
def test_any_change_is_read_or_refused(tmp_path_factory, path, value):
    file = write(tmp_path_factory.getbasetemp(), changed(COCO, path, value), "any.json")
    try:
        truth = metrics.read_coco(file)
    except ValueError as error:
        if "expected" not in str(error):
            raise
        return
    result = metrics.evaluate_detections(
        truth, metrics.Detections(truth.image, truth.label, truth.boxes, np.ones(len(truth)))
    )
    assert np.isnan(result.mean_ap) or 0 <= result.mean_ap <= 1


# --- VOC -------------------------------------------------------------------------------------


def test_voc_is_read_whole(tmp_path):
    for name in ("000002", "000001"):
        write(tmp_path, XML.format(name=name), f"{name}.xml")
    write(tmp_path, "<annotation/>", "000003.xml")
    truth = metrics.read_voc(tmp_path)
    assert truth.images == ("000001", "000002", "000003")
    assert truth.class_names == ("cat", "dog")
    assert truth.image.tolist() == [0, 0, 1, 1]
    assert truth.label.tolist() == [1, 0, 1, 0]
    # From 3 to 5 are three pixels, a single pixel is one.
    assert truth.boxes[:2].tolist() == [[2, 0, 3, 10.5], [0, 1, 1, 1]]
    assert truth.difficult.tolist() == [True, False] * 2
    some = metrics.read_voc(tmp_path, class_names=["dog", "cow", "cat"], images=["000002"])
    assert some.images == ("000002",)
    assert some.label.tolist() == [0, 2]

    results = tmp_path / "results"
    results.mkdir()
    write(results, "000002 0.9 3 1 5 10.5\n\n000001 -1e3 1 1 2 2\n", "comp4_det_test_dog.txt")
    found = metrics.read_voc_results(results, truth)
    assert found.image.tolist() == [1, 0]
    assert found.label.tolist() == [1, 1]
    assert found.boxes.tolist() == [[2, 0, 3, 10.5], [0, 0, 2, 2]]
    assert found.scores.tolist() == [0.9, -1000]
    result = metrics.evaluate_detections(truth, found, "voc10")
    assert result.ap_per_class["cat"] == 0
    assert np.isnan(result.ap_per_class["dog"])  # both are difficult


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ("<annotation>", "<annotations>", "expected XML"),
        ("<name>dog</name>", "", "object 1: expected a <name>"),
        ("<name>dog</name>", "<name>dg</name>", "one of the classes dog, cat; received 'dg'"),
        ("<xmin>3</xmin>", "", "object 1, xmin: expected a finite number; received None"),
        ("<xmin>3</xmin>", "<xmin>nan</xmin>", "object 1, xmin"),
        ("<xmin>3</xmin>", "<xmin>three</xmin>", "object 1, xmin"),
        ("<xmin>3</xmin>", "<xmin>7</xmin>", "object 1: expected xmin <= xmax"),
        ("<xmin>3</xmin>", "<xmin>-1e200</xmin>", "object 1"),
        ("<ymax>10.5</ymax>", "<ymax>-3</ymax>", "object 1: expected xmin <= xmax"),
        ("<difficult>1<", "<difficult>yes<", "0 or 1 in <difficult>"),
    ],
)
def test_damaged_voc_is_refused(right, wrong, where, tmp_path):
    assert XML.count(right) == 1
    path = write(tmp_path, XML.replace(right, wrong), "1.xml")
    with pytest.raises(ValueError, match="expected") as caught:
        metrics.read_voc(tmp_path, class_names=["dog", "cat"])
    assert str(path) in str(caught.value)
    assert where in str(caught.value)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("000009 0.9 1 1 2 2", "line 1: expected a known image; received '000009'"),
        ("000001 0.9 1 1 2", "line 1: expected an image and five numbers"),
        ("000001 0.9 1 1 2 2 3", "line 1: expected an image and five numbers"),
        ("000001 nan 1 1 2 2", "line 1: expected a finite number; received 'nan'"),
        ("000001 0.9 1 1 2 two", "line 1: expected a finite number; received 'two'"),
        ("000001 0.9 5 1 2 2", "line 1: expected xmin <= xmax"),
    ],
)
def test_damaged_voc_results_are_refused(line, where, tmp_path):
    write(tmp_path, XML, "000001.xml")
    truth = metrics.read_voc(tmp_path)
    with pytest.raises(FileNotFoundError):
        metrics.read_voc_results(tmp_path, truth)
    path = write(tmp_path, line, "comp4_det_test_dog.txt")
    with pytest.raises(ValueError, match="expected") as caught:
        metrics.read_voc_results(tmp_path, truth)
    assert f"{path}, {where}" in str(caught.value)
    path.rename(tmp_path / "comp4_det_test_cow.txt")
    with pytest.raises(ValueError, match="a class of the ground truth; received 'cow'"):
        metrics.read_voc_results(tmp_path, truth)


def test_missing_voc_folders_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        metrics.read_voc(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"no file ends in \.xml"):
        metrics.read_voc(tmp_path)
    with pytest.raises(FileNotFoundError):
        metrics.read_voc(tmp_path, images=["000001"])


@pytest.mark.real_data
def test_blood_cells_are_read(real_data):
    truth = metrics.read_voc(real_data / "bccd" / "BCCD" / "Annotations")
    assert set(truth.class_names) == {"Platelets", "RBC", "WBC"}
    assert len(truth.images) == 364
    assert len(truth) == 4888
    perfect = metrics.Detections(truth.image, truth.label, truth.boxes, np.ones(len(truth)))
    result = metrics.evaluate_detections(truth, perfect, "voc10")
    assert result.recall > 0.99
