"""Plain data as bytes and back, without pickle: structure as JSON, arrays as ``.npy``, both in one zip archive.

What comes back is what went in: lists and tuples, dictionaries with any keys, the dtypes of arrays and of NumPy's
scalars, NaN and infinities, texts, intervals and results. Equal values give equal bytes.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.claims.experiment import Result
from course_lib.claims.interval import Interval
from course_lib.language import Text, isolate

_STRUCTURE = "structure.json"


class DamagedError(ValueError):
    """Bytes that :func:`encode` has not written."""


def encode(value: Any) -> bytes:
    """Return plain data as bytes.

    Args:
        value: None, truth values, numbers, strings, arrays, `Text`, `Interval` and `Result`, in lists, tuples and
            dictionaries.

    Raises:
        TypeError: if there is something else in it.
    """
    arrays: list[NDArray[Any]] = []
    structure = json.dumps(_plain(value, arrays), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, _STRUCTURE, structure.encode())
        for number, array in enumerate(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            _add(archive, f"{number}.npy", content.getvalue())
    return file.getvalue()


def decode(data: bytes) -> Any:
    """Return what :func:`encode` was given.

    Raises:
        DamagedError: if the bytes are not those of :func:`encode`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            structure = json.loads(archive.read(_STRUCTURE))

            def array(number: int) -> NDArray[Any]:
                content = io.BytesIO(archive.read(f"{number}.npy"))
                found: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
                return found

            return _value(structure, array)
    except (zipfile.BadZipFile, ValueError, LookupError, TypeError, EOFError, NotImplementedError) as error:
        raise DamagedError(str(error)) from error


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # without the time of day, which would make equal values differ
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _plain(value: Any, arrays: list[NDArray[Any]]) -> Any:
    """Return the value as JSON knows it: an object always says what ``kind`` of thing it stands for."""

    def inside(item: Any) -> Any:
        return _plain(item, arrays)

    def array(content: NDArray[Any]) -> int:
        arrays.append(content)
        return len(arrays) - 1

    match value:
        case np.ndarray() if not value.dtype.hasobject:
            return {"kind": "array", "number": array(value)}
        case np.generic():
            return {"kind": "scalar", "number": array(np.asarray(value))}
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else {"kind": "float", "value": repr(value)}
        case Text():
            return {"kind": "text", "en": value.en, "fa": value.fa}
        case Interval():
            return {"kind": "interval", "values": inside([value.mean, value.low, value.high, value.n])}
        case Result():
            parts = {"measures": value.measures, "conditions": value.conditions, "data": value.data}
            return {"kind": "result"} | {name: inside(part) for name, part in parts.items()}
        case list():
            return [inside(item) for item in value]
        case tuple() if type(value) is tuple:
            return {"kind": "tuple", "items": [inside(item) for item in value]}
        case Mapping():
            return {"kind": "dict", "items": [[inside(key), inside(item)] for key, item in value.items()]}
    raise TypeError(
        Text(
            en=f"{type(value).__name__} cannot be stored: tasks return numbers, strings, arrays, texts and intervals, "
            "in lists, tuples and dictionaries.",
            fa=f"نوع {isolate(type(value).__name__)} ذخیره‌شدنی نیست: خروجی کارها عدد، رشته، آرایه، متن و بازه است، "
            "در فهرست، چندتایی و واژه‌نامه.",
        )
    )


def _value(plain: Any, array: Any) -> Any:
    def inside(item: Any) -> Any:
        return _value(item, array)

    if isinstance(plain, list):
        return [inside(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    match plain["kind"]:
        case "array":
            return array(plain["number"])
        case "scalar":
            return array(plain["number"])[()]
        case "float":
            return float(plain["value"])
        case "text":
            return Text(en=plain["en"], fa=plain["fa"])
        case "interval":
            return Interval(*inside(plain["values"]))
        case "result":
            return Result(*(inside(plain[name]) for name in ("measures", "conditions", "data")))
        case "tuple":
            return tuple(inside(item) for item in plain["items"])
        case "dict":
            return {inside(key): inside(item) for key, item in plain["items"]}
    raise DamagedError(f"unknown kind {plain['kind']!r}")
