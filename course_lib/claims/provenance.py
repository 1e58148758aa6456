"""Where a piece of evidence comes from: how, where and when it was computed, and whether that still counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course_lib.claims.fingerprint import versions
from course_lib.language import Text, digits, isolate
from course_lib.language.text import PERSIAN_DIGITS

_PROFILES: Mapping[str, Text] = {
    "quick": Text(en="quick profile", fa="نمایهٔ تند"),
    "full": Text(en="full profile", fa="نمایهٔ کامل"),
}
STATUS: Mapping[str, Text] = {
    "fresh": Text(en="fresh", fa="تازه"),
    "stale": Text(en="stale", fa="کهنه"),
    "missing": Text(en="missing", fa="ناموجود"),
}


@dataclass(frozen=True)
class Provenance:
    """Where a piece of evidence comes from.

    Attributes:
        profile: ``"quick"`` or ``"full"``.
        changes: arguments of the experiment that were not the profile's.
        device: the kind of device that computed, such as ``"cpu"``.
        when: date and time at which it was complete, ISO 8601, UTC.
        seconds: time that the tasks took, one after another.
        machine: the machines that computed, in words.
        versions: of the packages that computed.
        stale: whether the code, the versions or the ledger's arguments have changed since.
    """

    profile: str
    changes: Mapping[str, Any]
    device: str
    when: str
    seconds: float
    machine: Text
    versions: Mapping[str, str] = field(default_factory=versions)
    stale: bool = False

    @property
    def status(self) -> str:
        """``"fresh"`` or ``"stale"``."""
        return "stale" if self.stale else "fresh"

    @property
    def text(self) -> Text:
        """All of it in words."""
        changes = ", ".join(f"{name}={value}" for name, value in self.changes.items())
        packages = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        date = self.when[:10]
        seconds = f"{self.seconds:.0f}" if self.seconds >= 10 else f"{self.seconds:.1f}"
        profile = _PROFILES[self.profile]
        return Text(
            en=f"Computed on {date}, {profile.en}{f' with {changes}' if changes else ''}, in {seconds} s on "
            f"{self.machine.en}; {packages}.",
            fa=f"محاسبه در {isolate(date.translate(PERSIAN_DIGITS))}، {profile.fa}"
            f"{f' با {isolate(changes)}' if changes else ''}، در {digits(seconds)} ثانیه روی {self.machine.fa}؛ "
            f"{isolate(packages)}.",
        )


OUTDATED = Text(
    en="This evidence is stale: since it was computed, the code, the versions of packages or the arguments have "
    "changed. Run it again.",
    fa="این شواهد کهنه است: پس از محاسبهٔ آن، کد یا نسخهٔ بسته‌ها یا آرگومان‌ها تغییر کرده‌اند. دوباره اجرایش کنید.",
)
