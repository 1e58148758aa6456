"""Tasks and evidence in the store: under which names they stand, and which evidence still counts.

The name of a task is the hash of its function, its arguments, the kind of device and the code behind it; the name of
a claim's evidence that of its experiment, the arguments, the kind of device and the code. So nothing is ever taken for
the result of something else. Rules are not part of it: verdicts are computed with today's rules from stored measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from course_lib.claims.evidence import Evidence
from course_lib.claims.experiment import Result, Task
from course_lib.claims.fingerprint import fingerprint
from course_lib.claims.ledger import Claim
from course_lib.claims.provenance import Provenance
from course_lib.claims.store import Store, digest
from course_lib.language import Text

TASKS = "tasks"
CLAIMS = "claims"


def task_name(task: Task, device: str) -> str:
    """Return the name under which a task's result stands in the store."""
    kind = device.partition(":")[0]
    name = digest(task.function, task.arguments, kind, fingerprint(task.function))
    return f"{TASKS}/{name[:2]}/{name}"


def keep(store: Store, evidence: Evidence) -> None:
    """Put evidence into the store.

    Raises:
        ValueError: if nobody knows where it comes from.
    """
    if evidence.provenance is None:
        raise ValueError("only evidence whose provenance is known is kept")
    label = {**asdict(evidence.provenance), "machine": list(evidence.provenance.machine)}
    del label["stale"]  # which is found out when it is read
    name = _name(evidence.claim, evidence.provenance)
    store.write(name, label, evidence.result)


def recall(store: Store, claim: Claim, profile: str | None = None) -> Evidence | None:
    """Return the evidence for a claim, or None if there is none that its rules can be applied to.

    Fresh evidence is taken before stale, and among equals the latest.

    Args:
        store: where to look.
        claim: the ledger's entry.
        profile: take evidence of this profile only.
    """
    found = []
    for name, label in store.labels(f"{CLAIMS}/{claim.id}"):
        provenance = _provenance(label)
        if provenance is not None and profile in (None, provenance.profile):
            provenance = replace(provenance, stale=name != _name(claim, provenance))
            found.append((not provenance.stale, provenance.when, name, provenance))
    for _, _, name, provenance in sorted(found, key=lambda each: each[:3], reverse=True):
        entry = store.read(name)
        if entry is not None and isinstance(entry.value, Result) and set(claim.measures) <= set(entry.value.measures):
            return Evidence(claim, entry.value, provenance)
    return None


def _name(claim: Claim, provenance: Provenance) -> str:
    arguments = {**claim.profiles[provenance.profile], **provenance.changes}
    code = fingerprint(claim.experiment)
    return f"{CLAIMS}/{claim.id}/{digest(claim.experiment, arguments, provenance.device, code)}"


def _provenance(label: Mapping[str, Any]) -> Provenance | None:
    try:
        return Provenance(**{**label, "machine": Text(*label["machine"])})
    except (TypeError, KeyError):
        return None  # written by another version of the course
