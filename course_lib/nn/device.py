"""The one place that names a device: everything else asks here."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch

from course_lib.language import Text, digits, isolate

VARIABLE = "COURSE_DEVICE"
_PREFERENCE = ("cuda", "mps", "xpu", "cpu")


def _available(kind: str) -> bool:
    match kind:
        case "cpu":
            return True
        case "mps":
            return torch.backends.mps.is_available()
        case "cuda":
            return torch.cuda.is_available()
        case "xpu":
            return torch.xpu.is_available()
    return False


def device(choice: str | torch.device | None = None) -> torch.device:
    """Return the device to compute on.

    Without a choice, the environment variable ``COURSE_DEVICE`` decides; without that, the first of ``cuda``, ``mps``,
    ``xpu`` and ``cpu`` that this machine has.

    Args:
        choice: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, … or a ``torch.device``.

    Raises:
        ValueError: if the device that was asked for is unknown or missing on this machine.
    """
    asked = choice if choice is not None else os.environ.get(VARIABLE) or None
    if asked is None:
        return torch.device(next(kind for kind in _PREFERENCE if _available(kind)))
    present = [kind for kind in _PREFERENCE if _available(kind)]
    try:
        found = torch.device(asked)
    except (RuntimeError, TypeError):
        found = None
    if found is None or not _exists(found):
        source = "" if choice is not None else f" ({VARIABLE})"
        raise ValueError(
            Text(
                en=f"This machine has no device {str(asked)!r}{source}: choose one of {', '.join(present)}.",
                fa=f"این دستگاه پردازنده‌ای به نام «{asked}»{source} ندارد: "
                f"یکی از این‌ها را انتخاب کنید: {'، '.join(present)}.",
            )
        ) from None
    return found


def _exists(found: torch.device) -> bool:
    if found.type == "meta":  # carries shapes only; for checking that a program keeps to one device
        return True
    if not _available(found.type):
        return False
    if found.index is None or found.type not in ("cuda", "xpu"):
        return not found.index
    count = torch.cuda.device_count() if found.type == "cuda" else torch.xpu.device_count()
    return found.index < count


def is_host(place: torch.device) -> bool:
    """Return whether a device is the CPU, which likes small portions of work in several threads."""
    return place.type == "cpu"


def describe(choice: str | torch.device | None = None) -> Text:
    """Return the name of the device and the number of CPU cores that torch uses, in both languages.

    Raises:
        ValueError: if the device that was asked for is unknown or missing on this machine.
    """
    found = device(choice)
    cores, threads = os.cpu_count() or 1, torch.get_num_threads()
    match found.type:
        case "cuda":
            name = torch.cuda.get_device_name(found)
        case "xpu":
            name = torch.xpu.get_device_name(found)
        case _:
            name = _processor()
    return Text(
        en=f"{found} · {name} · {cores} CPU cores, {threads} used by torch",
        fa=f"{isolate(f'{found} · {name}')}، {digits(str(cores))} هستهٔ CPU که torch {digits(str(threads))} تای آن را "
        "به کار می‌گیرد",
    )


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
