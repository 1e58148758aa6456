"""The causes of failed installations, read from what pip really printed."""

from __future__ import annotations

import pytest
from pip_failure import cause, explain, requirement_without_match

RETRY = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) "
    "after connection broken by "
)
NO_PIN = """
ERROR: Cannot install hatchling because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested hatchling
    The user requested (constraint) hatchling==1.33.0

ERROR: ResolutionImpossible: for help visit
"""
OWN_TORCH = """
ERROR: Cannot install course-lib[lab]==0.1.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    course-lib[lab] 0.1.0 depends on torch<3 and >=2.8
    The user requested (constraint) torch==2.4.0+cu999
"""
NO_MATCH = """
ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: 2.9.0, 2.9.1)
ERROR: No matching distribution found for torch==2.13.0
"""
OUTPUTS = {
    "refused": (
        RETRY + "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f>: Failed to "
        "establish a new connection: [Errno 111] Connection refused')': /simple/hatchling/" + NO_PIN,
        "network",
    ),
    "unknown host": (
        RETRY + "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to "
        "establish a new connection: [Errno -2] Name or service not known')': /simple/hatchling/" + NO_PIN,
        "network",
    ),
    "proxy": (
        RETRY + "'ProxyError('Cannot connect to proxy.', NewConnectionError('<pip._vendor.urllib3.connection."
        "HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))'",
        "network",
    ),
    "certificate": (
        RETRY + "'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
        "self-signed certificate (_ssl.c:1006)'))': /simple/torch/" + NO_MATCH,
        "certificate",
    ),
    "full disk": (
        "Installing collected packages: torch\n"
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "disk",
    ),
    "read-only": (
        "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/opt/lib/six.py'\n",
        "permission",
    ),
    "no such version": (NO_MATCH, "no_match"),
    "no such pin": (NO_PIN, "no_match"),
    "anything else": ("ERROR: Exception:\nTraceback (most recent call last):\n", "other"),
}


@pytest.mark.parametrize(("output", "expected"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_the_cause_is_found(output: str, expected: str) -> None:
    assert cause(output, pinned=True) == expected


def test_only_somebodys_own_torch_can_conflict() -> None:
    assert cause(OWN_TORCH, pinned=False) == "conflict"
    assert cause(OWN_TORCH, pinned=True) == "no_match"


@pytest.mark.parametrize(
    ("output", "requirement"), [(NO_MATCH, "torch==2.13.0"), (NO_PIN, "hatchling==1.33.0"), ("", "")]
)
def test_the_missing_requirement_is_named(output: str, requirement: str) -> None:
    assert requirement_without_match(output) == requirement


def test_each_cause_is_told_in_its_own_words() -> None:
    texts = [explain(output, pinned=True, python="3.11")[:2] for output, _ in OUTPUTS.values()]
    texts.append(explain(OWN_TORCH, pinned=False, python="3.11")[:2])
    causes = {cause for _, cause in OUTPUTS.values()} | {"conflict"}
    assert len({en for en, _ in texts}) == len({fa for _, fa in texts}) == len(causes)
