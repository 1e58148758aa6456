"""Finished computations: what goes in comes out, and neither a kill nor a damaged file is taken for a result."""

import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_lib.claims import Interval, Result
from course_lib.claims.codec import DamagedError, decode, encode
from course_lib.claims.store import Store, StoreError, digest
from course_lib.language import Text


def same(first: Any, second: Any) -> bool:
    """Tell whether two values are equal in types, dtypes and order, NaN being equal to itself."""
    if type(first) is not type(second):
        return False
    match first:
        case np.ndarray() | np.generic():
            equal_nan = first.dtype.kind in "fc"
            return first.dtype == second.dtype and np.array_equal(first, second, equal_nan=equal_nan)
        case Result():
            return all(same(getattr(first, part), getattr(second, part)) for part in ("measures", "conditions", "data"))
        case list() | tuple():
            return len(first) == len(second) and all(map(same, first, second))
        case dict():
            return same(list(first), list(second)) and same(list(first.values()), list(second.values()))
        case float():
            return first == second or (math.isnan(first) and math.isnan(second))
    return first == second


keys = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.tuples(st.integers(), st.text()))
arrays_of_numbers = arrays.arrays(
    st.one_of(arrays.floating_dtypes(endianness="="), arrays.integer_dtypes(endianness="="), arrays.boolean_dtypes()),
    arrays.array_shapes(min_dims=0, max_dims=3, max_side=3),
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    arrays_of_numbers,
    st.builds(np.float32, st.floats(width=32)),
    st.builds(np.int64, st.integers(-9, 9)),
    st.builds(np.bool_, st.booleans()),
    st.builds(Text, st.text(), st.text()),
    st.builds(Interval, st.floats(), st.floats(), st.floats(), st.integers(0, 9)),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_what_goes_in_comes_out_and_equal_values_give_equal_bytes(value: Any) -> None:
    data = encode(value)
    assert same(decode(data), value)
    assert encode(decode(data)) == data


def test_results_come_out_with_everything_in_them() -> None:
    result = Result(
        {"share": Interval(0.5, 0.25, 0.75, 5)},
        Text(en="Conditions.", fa="شرایط."),
        {3: np.arange(6, dtype=np.float16).reshape(2, 3), ("a", 1): math.inf, Text("x", "y"): [math.nan, -0.0]},
    )
    assert same(decode(encode(result)), result)


@pytest.mark.parametrize("value", [{1}, object(), np.array([object()]), b"bytes", 1j, range(3)])
def test_what_is_no_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=r"(?s)cannot be stored.*ذخیره‌شدنی نیست"):
        encode([value])


@pytest.mark.parametrize("data", [b"", b"words", encode([1.0])[:-9], encode(np.arange(9))[20:]])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(DamagedError):
        decode(data)


def test_the_order_of_arguments_and_the_kind_of_number_do_not_change_a_hash_but_values_do() -> None:
    assert digest("f", {"a": 1, "b": [2.0]}) == digest("f", {"b": [np.float64(2.0)], "a": np.int64(1)})
    assert digest("f", {"a": 1}) != digest("f", {"a": 2}) != digest("g", {"a": 2})


def test_an_entry_is_read_with_its_label_and_listed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert store.read("tasks/a") is None
    store.write("tasks/a", {"seconds": 1.5}, (1, 2))
    store.write("tasks/a", {"seconds": 2.5}, (3, 4))
    assert store.read("tasks/a") == ({"seconds": 2.5}, (3, 4))
    assert list(store.labels("tasks")) == [("tasks/a", {"seconds": 2.5})]
    assert list(store.labels("claims")) == []


def test_damage_anywhere_is_noticed_told_and_can_be_mended(tmp_path: Path) -> None:
    told: list[Text] = []
    store = Store(tmp_path, told.append)
    store.write("a", {"seconds": 1}, np.arange(20.0))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    spots = range(0, len(whole), 7)
    for spot in spots:
        for damaged in (whole[:spot], whole[:spot] + bytes([whole[spot] ^ 1]) + whole[spot + 1 :]):
            path.write_bytes(damaged)
            assert store.read("a") is None
            list(store.labels(""))
    assert len(told) == 2 * len(spots)
    assert "damaged" in told[0].en
    assert "آسیب دیده" in told[0].fa
    store.write("a", {"seconds": 1}, 5)
    assert store.read("a") == ({"seconds": 1}, 5)


def test_a_failed_write_leaves_the_old_entry_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.write("a", {}, 1)

    def full(handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"(?s)could not be kept: no space left.*ذخیره نشد"):
        store.write("a", {}, 2)
    assert store.read("a") == ({}, 1)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_killed_programs_left_is_cleared_away_but_not_what_others_are_writing(tmp_path: Path) -> None:
    old, new = tmp_path / "old.unfinished", tmp_path / "new.unfinished"
    for path in (old, new):
        path.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    Store(tmp_path)
    assert not old.exists()
    assert new.exists()


WRITER = """
import sys
import numpy as np
from course_lib.claims.store import Store
store = Store(sys.argv[1])
number = int(sys.argv[2])
while True:
    store.write(f"tasks/{number % 10}", {"number": number}, np.full(20_000, number))
    print(number, flush=True)
    number += 1
"""


def test_a_kill_at_any_moment_leaves_whole_entries_of_all_that_was_written(tmp_path: Path) -> None:
    moments = random.Random(3)
    told: list[Text] = []
    number = 0
    for _ in range(8):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.15))
            writer.send_signal(signal.SIGKILL)
            written = [number, *(int(line) for line in writer.stdout.read().split("\n")[:-1])]
        entries = [Store(tmp_path, told.append).read(f"tasks/{place}") for place in range(10)]
        found = {entry.label["number"]: entry.value for entry in entries if entry is not None}
        assert {*written[-9:]} <= {*found} <= {*range(written[-1] + 2)}
        assert all((value == number).all() for number, value in found.items())
        number = written[-1] + 1
    assert told == []
