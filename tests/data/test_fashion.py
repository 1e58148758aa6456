"""Fashion-MNIST's loader on tiny files of the same format, served on this machine."""

import gzip
import hashlib
import socket
import struct
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from course_lib.data import fashion, load
from course_lib.data.catalogue import _load as cached_load

TRAINED, TESTED = 120, 40


def idx(array):
    return gzip.compress(struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes())


@pytest.fixture(scope="module")
def images():
    generator = np.random.default_rng(0)
    shapes = {"train": TRAINED, "t10k": TESTED}
    return {name: generator.integers(0, 256, (count, 28, 28), dtype=np.uint8) for name, count in shapes.items()}


class Requests(SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def log_message(self, *_):
        self.asked.append(self.path)


@pytest.fixture
def server(images, tmp_path, monkeypatch):
    """The published address, with tiny files; what was asked for is in the list that this returns."""
    served = tmp_path / "served"
    served.mkdir()
    for name, pictures in images.items():
        (served / f"{name}-images-idx3-ubyte.gz").write_bytes(idx(pictures))
        (served / f"{name}-labels-idx1-ubyte.gz").write_bytes(idx(np.arange(len(pictures), dtype=np.uint8) % 10))
    sums = {file.name: f"md5:{hashlib.md5(file.read_bytes()).hexdigest()}" for file in served.iterdir()}
    assert sums.keys() == fashion.CHECKSUMS.keys()
    Requests.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Requests, directory=served)) as http:
        serving = threading.Thread(target=http.serve_forever)
        serving.start()
        monkeypatch.setattr(fashion, "ADDRESS", f"http://127.0.0.1:{http.server_port}/")
        monkeypatch.setattr(fashion, "CHECKSUMS", {name: sums[name] for name in fashion.CHECKSUMS})
        monkeypatch.setenv("COURSE_DATA", str(tmp_path / "kept"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield Requests.asked
        http.shutdown()
        serving.join()


@pytest.fixture(autouse=True)
def nothing_is_loaded():
    cached_load.cache_clear()
    yield
    cached_load.cache_clear()


@pytest.fixture
def no_network(server, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    monkeypatch.setattr(fashion, "ADDRESS", address)
    return address


def test_images_labels_and_splits(server, images, capsys):
    clothes = load("fashion_mnist")
    assert clothes.shape == (1, 28, 28)
    assert clothes.sizes == (80, 40, 40)
    assert len(clothes.classes) == clothes.outputs == 10
    np.testing.assert_array_equal(clothes.y_test, np.arange(TESTED) % 10)
    np.testing.assert_array_equal(np.bincount(clothes.y_validation), 4)
    assert clothes.x_train.dtype == np.float32
    assert clothes.x_train.mean() == pytest.approx(0, abs=1e-4)
    assert clothes.x_train.std() == pytest.approx(1, rel=1e-4)
    published = images["t10k"].reshape(TESTED, -1).astype(float)
    slope, start = np.polyfit(published.ravel(), clothes.x_test.ravel(), 1)
    np.testing.assert_allclose(clothes.x_test, slope * published + start, atol=1e-4)
    said = capsys.readouterr().err
    assert f"Fashion-MNIST comes from {fashion.ADDRESS}" in said
    assert "ذخیره می‌شود" in said


def test_another_seed_takes_other_images_for_validation_and_the_same_for_the_test(server):
    first, other = load("fashion_mnist"), load("fashion_mnist", seed=1)
    assert not np.array_equal(first.x_validation, other.x_validation)
    np.testing.assert_array_equal(first.y_test, other.y_test)


def test_files_are_fetched_once_and_need_no_network_then(server, monkeypatch, capsys):
    load("fashion_mnist")
    asked = list(server)
    assert len(asked) == 4
    capsys.readouterr()
    cached_load.cache_clear()
    monkeypatch.setattr(fashion, "ADDRESS", "http://127.0.0.1:1/")
    load("fashion_mnist")
    assert server == asked
    assert capsys.readouterr().err == ""


def test_without_a_network_it_says_what_is_missing_from_where_and_what_to_do(no_network, tmp_path):
    with pytest.raises(ConnectionError) as error:
        load("fashion_mnist")
    english, persian = str(error.value).split("\n")
    for line in (english, persian):
        assert no_network in line
        assert str(tmp_path / "kept" / "fashion-mnist") in line
        assert all(name in line for name in fashion.CHECKSUMS)
    assert "Load again when there is a network" in english
    assert "دوباره بارگذاری کنید" in persian


def test_files_brought_by_hand_are_taken(no_network, server, tmp_path):
    folder = tmp_path / "kept" / "fashion-mnist"
    folder.parent.mkdir()
    (tmp_path / "served").rename(folder)
    assert load("fashion_mnist").sizes == (80, 40, 40)
    assert server == []


def test_a_wrong_file_is_refused_and_not_kept(server, tmp_path):
    wrong = "t10k-labels-idx1-ubyte.gz"
    (tmp_path / "served" / wrong).write_bytes(idx(np.zeros(TESTED, np.uint8)))
    with pytest.raises(ValueError, match=rf"(?s){wrong} is not the published file.*جمع کنترلی"):
        load("fashion_mnist")
    assert wrong not in [file.name for file in (tmp_path / "kept" / "fashion-mnist").iterdir()]


def test_a_kept_file_that_was_damaged_is_fetched_again(server, tmp_path):
    before = load("fashion_mnist")
    labels = tmp_path / "kept" / "fashion-mnist" / "train-labels-idx1-ubyte.gz"
    labels.write_bytes(labels.read_bytes()[:-3])
    cached_load.cache_clear()
    np.testing.assert_array_equal(load("fashion_mnist").y_train, before.y_train)
    assert server.count(f"/{labels.name}") == 2


def test_without_pooch_the_way_to_get_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ModuleNotFoundError) as error:
        load("fashion_mnist")
    english, persian = str(error.value).split("\n")
    assert "the package pooch, which is not installed" in english
    assert "بستهٔ pooch" in persian
    for line in (english, persian):
        assert line.endswith('python -m pip install "pooch>=1.8,<2"')
