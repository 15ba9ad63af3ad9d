"""What `load` says when real data is not there, damaged, or not what it seems."""

from __future__ import annotations

import gzip
import pickle
import socket
import struct
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

from cnncourse import data
from cnncourse.data import _folders, _keras_sets, _places, _tfds_sets


@pytest.fixture
def nothing_there(monkeypatch, tmp_path):
    for name in ("KERAS_HOME", "TFDS_DATA_DIR", "CNNCOURSE_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))

    def refuse(*arguments, **options):
        raise OSError("the network is down")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return tmp_path


@pytest.mark.parametrize("name", data.names())
def test_no_network_and_no_files(nothing_there, name):
    with pytest.raises(data.DataUnavailableError) as caught:
        data.load(name, source="real")
    message = str(caught.value)
    assert f"'{name}'" in message
    assert caught.value.tried
    assert "What to do:" in message
    assert f'data.load("{name}", source="sample")' in message


def test_every_name_fails_before_tensorflow_is_imported(nothing_there, tmp_path):
    program = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise OSError('down')\n"
        "socket.create_connection = refuse\n"
        "from cnncourse import data\n"
        "for name in data.names():\n"
        "    try: data.load(name, source='real')\n"
        "    except data.DataUnavailableError: print(name)\n"
        "assert 'tensorflow' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert tuple(done.stdout.split()) == data.names()


def test_a_name_server_that_never_answers_is_given_up(monkeypatch):
    release = threading.Event()

    def hang(*arguments, **options):
        release.wait(30)
        raise OSError("too late")

    monkeypatch.setattr(socket, "create_connection", hang)
    monkeypatch.setattr(_places, "REACH_SECONDS", 0.2)
    started = time.monotonic()
    assert "no answer within 0.2 s" in _places.unreachable("https://example.org/file")
    # A bound on hanging, not a measure of speed: the connection itself would take 30 s.
    assert time.monotonic() - started < 20
    release.set()


def test_the_port_follows_the_address(monkeypatch):
    asked = []

    class Connection:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return False

    def connect(address, timeout):
        asked.append(address)
        return Connection()

    monkeypatch.setattr(socket, "create_connection", connect)
    for origin in ("http://a.example/x", "https://b.example/x", "https://c.example:8443/"):
        assert _places.unreachable(origin) is None
    assert asked == [("a.example", 80), ("b.example", 443), ("c.example", 8443)]


def _keras_file(folder, name):
    path = folder / "keras_home" / "datasets" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_mnist_with_other_pixels_is_refused(nothing_there):
    path = _keras_file(nothing_there, "mnist.npz")
    arrays = {"x_train": np.zeros((3, 28, 28), np.uint8), "y_train": np.zeros(3, np.uint8)}
    arrays |= {"x_test": arrays["x_train"], "y_test": arrays["y_train"]}
    np.savez(path, **arrays)
    with pytest.raises(data.DamagedDataError, match=r"mnist\.npz, x_train.*sha256 ba891046"):
        data.load("mnist", source="real")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a zip at all"])
def test_a_broken_mnist_file_is_named(nothing_there, content):
    path = _keras_file(nothing_there, "mnist.npz")
    path.write_bytes(content)
    with pytest.raises(data.DamagedDataError, match=r"mnist\.npz"):
        data.load("mnist", source="real")


def test_a_truncated_fashion_file_is_named(nothing_there):
    path = _keras_file(nothing_there, "fashion-mnist/train-images-idx3-ubyte.gz")
    path.write_bytes(gzip.compress(struct.pack(">4i", 2051, 60_000, 28, 28))[:-4])
    with pytest.raises(data.DamagedDataError, match=r"train-images.*md5 8d4fb7e6"):
        data.load("fashion_mnist", source="real")


@pytest.fixture
def cifar(nothing_there):
    return _keras_file(nothing_there, "cifar-10-batches-py/data_batch_1")


def test_a_cifar_batch_may_only_hold_arrays(cifar):
    class Trap:
        def __reduce__(self):
            return print, ("run by the pickle",)

    cifar.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(data.DamagedDataError, match="arrays only"):
        data.load("cifar10", source="real")


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        ({b"data": np.zeros((2, 3072), np.uint8), b"labels": [1, 10]}, "example 1: .*0 to 9.*10"),
        ({b"data": np.zeros((2, 3072), np.uint8), b"labels": [1]}, "2 labels.*1"),
        ({b"data": np.zeros((2, 3000), np.uint8), b"labels": [1, 2]}, "reshape"),
        ({b"labels": [1, 2]}, "data"),
    ],
)
def test_a_malformed_cifar_batch_says_what_is_wrong(cifar, batch, expected):
    cifar.write_bytes(pickle.dumps(batch))
    with pytest.raises(data.DamagedDataError, match=expected):
        data.load("cifar10", source="real")


def test_a_truncated_cifar_batch_is_named(cifar):
    whole = pickle.dumps({b"data": np.zeros((2, 3072), np.uint8), b"labels": [1, 2]})
    cifar.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(data.DamagedDataError, match="data_batch_1"):
        data.load("cifar10", source="real")


def test_a_broken_tfds_folder_is_named(nothing_there):
    folder = nothing_there / "tfds_data_dir" / "tf_flowers" / "3.0.1"
    folder.mkdir(parents=True)
    (folder / "dataset_info.json").write_text("{ not json")
    with pytest.raises(data.DamagedDataError, match=r"tf_flowers.3\.0\.1"):
        data.load("flowers", source="real")


def test_the_newest_prepared_version_is_read(nothing_there):
    for version in ("3.0.1", "3.0.10", "3.0.2"):
        folder = nothing_there / "tfds_data_dir" / "tf_flowers" / version
        folder.mkdir(parents=True)
        (folder / "dataset_info.json").write_text("{}")
    assert _tfds_sets.prepared_folder("tf_flowers").name == "3.0.10"


@pytest.mark.parametrize(
    ("instruction", "length"),
    [("train", 3670), ("train[:10%]", 367), ("train[10%:25%]", 551), ("train[25%:]", 2752)],
)
def test_lengths_of_slices(instruction, length):
    # 25 % of 3,670 is 917.5, which TFDS rounds to the even 918.
    assert _tfds_sets._length(instruction, {"train": 3_670}) == length


def _jpeg(path, mode="RGB", size=(20, 10)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise(size, 90).convert(mode).save(path, "JPEG")
    return path


def test_read_picture_keeps_rows_and_columns(tmp_path):
    assert _folders.read_picture(_jpeg(tmp_path / "a.jpg")).shape == (10, 20, 3)
    assert _folders.read_picture(_jpeg(tmp_path / "b.jpg", "L")).shape == (10, 20, 3)


def test_unreadable_pictures_are_named(tmp_path):
    cmyk = _jpeg(tmp_path / "cmyk.jpg", "CMYK")
    with pytest.raises(data.DamagedDataError, match=r"cmyk\.jpg: expected.*RGB.*mode CMYK"):
        _folders.read_picture(cmyk)
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    with pytest.raises(data.DamagedDataError, match=r"empty\.jpg.*an empty file"):
        _folders.read_picture(empty)
    cut = _jpeg(tmp_path / "cut.jpg", size=(200, 100))
    cut.write_bytes(cut.read_bytes()[:900])
    with pytest.raises(data.DamagedDataError, match=r"cut\.jpg.*truncated"):
        _folders.read_picture(cut)
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    with pytest.raises(data.DamagedDataError, match=r"text\.jpg.*something else"):
        _folders.read_picture(text)
    with pytest.raises(data.DamagedDataError, match=r"absent\.jpg"):
        _folders.read_picture(tmp_path / "absent.jpg")


def test_a_damaged_photo_is_named_by_the_stream(nothing_there):
    folder = nothing_there / "cnncourse_data_dir" / "flower_photos"
    for name in ("dandelion", "daisy", "tulips", "sunflowers", "roses"):
        for number in range(4):
            _jpeg(folder / name / f"{number}.jpg")
    loaded = data.load("flowers", source="real")
    assert sum(len(split) for split in loaded.splits.values()) == 20
    for path in folder.glob("*/*.jpg"):
        path.write_bytes(b"")
    with pytest.raises(Exception, match=r"flower_photos.*\.jpg: expected a JPEG.*an empty file"):
        list(loaded.train.stream())


def test_a_missing_class_folder_is_named(nothing_there):
    _jpeg(nothing_there / "cnncourse_data_dir" / "flower_photos" / "daisy" / "1.jpg")
    with pytest.raises(data.DamagedDataError, match=r"none for \['dandelion', 'tulips'"):
        data.load("flowers", source="real")


OBJECT = (
    "<object><name>{name}</name><bndbox><xmin>{box[0]}</xmin><ymin>{box[1]}</ymin>"
    "<xmax>{box[2]}</xmax><ymax>{box[3]}</ymax></bndbox></object>"
)


def _voc_root(folder, objects):
    root = folder / "cnncourse_data_dir" / "bccd" / "BCCD"
    for part in ("train", "val", "test"):
        listing = root / "ImageSets" / "Main" / f"{part}.txt"
        listing.parent.mkdir(parents=True, exist_ok=True)
        listing.write_text("one\n")
    _jpeg(root / "JPEGImages" / "one.jpg")
    (root / "Annotations").mkdir()
    (root / "Annotations" / "one.xml").write_text(
        "<annotation><size><width>20</width><height>10</height></size>" + objects + "</annotation>"
    )
    return root


def test_voc_boxes_count_from_zero_and_exclude_the_end(nothing_there):
    _voc_root(nothing_there, OBJECT.format(name="WBC", box=(1, 2, 20, 10)))
    loaded = data.load("bccd", source="real")
    assert loaded.train.boxes[0].tolist() == [[0, 1, 20, 10]]
    assert loaded.train.labels[0].tolist() == [1]
    assert (len(loaded.train), loaded.train.whole) == (1, 205)
    example = next(iter(loaded.train.stream()))
    assert example["image"].shape == (10, 20, 3)
    assert example["boxes"].shape == (1, 4)


@pytest.mark.parametrize(
    ("name", "box", "expected"),
    [
        ("RBC", (0, 2, 9, 9), "object 0: expected a box inside the picture of 20 x 10.*xmin 0"),
        ("RBC", (1, 2, 21, 9), "inside the picture of 20 x 10.*xmax 21"),
        ("RBC", (9, 2, 3, 9), "inside the picture"),
        ("RBC", (1, 2, "wide", 9), "VOC annotation.*wide"),
        ("cat", (1, 2, 9, 9), r"class of \['RBC', 'WBC', 'Platelets'\].*'cat'"),
    ],
)
def test_impossible_annotations_are_named(nothing_there, name, box, expected):
    _voc_root(nothing_there, OBJECT.format(name=name, box=box))
    with pytest.raises(data.DamagedDataError, match=expected) as caught:
        data.load("bccd", source="real")
    assert "one.xml" in str(caught.value)


def test_a_voc_file_cut_off_or_without_picture_is_named(nothing_there):
    root = _voc_root(nothing_there, "")
    (root / "JPEGImages" / "one.jpg").unlink()
    with pytest.raises(data.DamagedDataError, match=r"one\.xml: expected the picture .*one\.jpg"):
        data.load("bccd", source="real")
    (root / "Annotations" / "one.xml").write_text("<annotation><size>")
    with pytest.raises(data.DamagedDataError, match=r"one\.xml: expected a VOC annotation"):
        data.load("bccd", source="real")


def test_reviews_get_keras_numbers(tmp_path):
    for name, text in (("neg", "Bad, BAD film!"), ("pos", "A film<br />not bad")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.txt").write_text(text)
    index = {"film": 1, "bad": 2, "a": 3, "br": 4, "not": 90}
    tokens, labels = _folders.review_folder(tmp_path, index, words=50)
    assert labels.tolist() == [0, 1]
    assert tokens == [[1, 5, 5, 4], [1, 6, 4, 7, 2, 5]]


def test_unknown_words_and_broken_text(tmp_path):
    for name in ("neg", "pos"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.txt").write_text("zebra")
    tokens, _ = _folders.review_folder(tmp_path, {"film": 1}, words=50)
    assert tokens == [[1, 2], [1, 2]]
    (tmp_path / "pos" / "0.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(data.DamagedDataError, match=r"pos.0\.txt: expected UTF-8"):
        _folders.review_folder(tmp_path, {"film": 1}, words=50)


def test_word_index_is_compared_with_its_digest(nothing_there):
    _keras_file(nothing_there, "imdb_word_index.json").write_text('{"the": 1}')
    with pytest.raises(data.DamagedDataError, match="md5 bfafd718"):
        _keras_sets.imdb_word_index()
