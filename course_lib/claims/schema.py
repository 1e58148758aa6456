"""The form of the ledger: which entries a claim has, and of what kind they are."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from course_lib.claims.experiment import find

if TYPE_CHECKING:
    from course_lib.claims.ledger import Ledger

_CLAIM = {
    "lesson": str,
    "experiment": str,
    "references": list,
    "en": str,
    "fa": str,
    "quick": dict,
    "full": dict,
    "measures": dict,
    "rules": list,
}
_MEASURE = {"en": str, "fa": str, "format": str}
_RULE = {"verdict": str, "when": list, "en": str, "fa": str}
_REFERENCE = {"authors": str, "year": int, "title": str, "url": str}
_KINDS = {str: "a text", list: "a list", dict: "a table", int: "a whole number"}
_URL = re.compile(r"https?://[\w.-]+\.\w+/\S*|https?://[\w.-]+\.\w+")


def problems(tables: Mapping[str, Any], lessons: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the form of the ledger.

    Args:
        tables: the ledger as TOML gives it.
        lessons: those that there are, by name.
    """
    references = tables.get("references", {})
    claims = {name: table for name, table in tables.items() if name != "references"}
    for name, table in claims.items():
        yield from (f"claim {name!r}: {problem}" for problem in _of_claim(table, lessons, references))
    used = {key for table in claims.values() if isinstance(table, dict) for key in _texts(table.get("references"))}
    for key, reference in references.items():
        found = list(_entries(reference, _REFERENCE))
        if not found and not _URL.fullmatch(reference["url"]):
            found = [f"the url {reference['url']!r} is neither a DOI's, nor arXiv's, nor another http(s) address"]
        if key not in used:
            found.append("no claim refers to it")
        yield from (f"reference {key!r}: {problem}" for problem in found)


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _entries(table: Any, kinds: Mapping[str, type]) -> Iterator[str]:
    """Yield which entries a table lacks, has too many, or has of another kind."""
    if not isinstance(table, dict):
        yield f"it is not a table, but {table!r}"
        return
    for key, kind in kinds.items():
        if key not in table:
            yield f"the entry {key!r} is missing"
        elif not isinstance(table[key], kind) or isinstance(table[key], bool):
            yield f"the entry {key!r} must be {_KINDS[kind]}, not {table[key]!r}"
        elif table[key] in ("", {}, []):
            yield f"the entry {key!r} is empty"
    for key in table.keys() - kinds.keys():
        yield f"the entry {key!r} is unknown"


def _of_claim(table: Any, lessons: Mapping[str, Any], references: Mapping[str, Any]) -> Iterator[str]:
    found = list(_entries(table, _CLAIM))
    yield from found
    if found:
        return
    if table["lesson"] not in lessons:
        yield f"there is no lesson {table['lesson']!r}: it is one of {', '.join(lessons)}"
    if not re.fullmatch(r"\w+\.\w+", table["experiment"]):
        yield f"the experiment {table['experiment']!r} is not 'module.function'"
    if len(_texts(table["references"])) < len(table["references"]):
        yield "its references are not all names"
    elif missing := [key for key in table["references"] if key not in references]:
        yield f"references without an entry in [references]: {missing}"
    if differing := sorted(table["quick"].keys() ^ table["full"].keys()):
        yield f"the profiles quick and full do not have the same arguments: {', '.join(differing)}"
    for profile in ("quick", "full"):
        for key, value in table[profile].items():
            if not isinstance(value, str | int | float | list) or isinstance(value, bool):
                yield f"{profile}: the argument {key!r} must be a number, a text or a list of them, not {value!r}"
    for name, measure in table["measures"].items():
        wrong = list(_entries(measure, _MEASURE))
        yield from (f"measure {name!r}: {problem}" for problem in wrong)
        if not wrong and not _formats(measure["format"]):
            yield f"measure {name!r}: {measure['format']!r} formats no number"
    for place, rule in enumerate(table["rules"], 1):
        wrong = list(_entries(rule, _RULE))
        yield from (f"rule {place}: {problem}" for problem in wrong)
        if not wrong and len(_texts(rule["when"])) < len(rule["when"]):
            yield f"rule {place}: its conditions are not all texts"


def _formats(spec: str) -> bool:
    try:
        return bool(format(0.5, spec))
    except ValueError:
        return False


def experiment_problems(ledger: Ledger) -> Iterator[str]:
    """Yield the claims whose experiment does not exist, or does not take the arguments of its profiles.

    Imports the experiments, and with them torch.
    """
    for claim in ledger.values():
        try:
            function = find(claim.experiment)
        except (ImportError, AttributeError):
            yield f"claim {claim.id!r}: there is no experiment {claim.experiment!r}"
            continue
        extra = {} if inspect.isgeneratorfunction(function) else {"device": None}
        for profile, arguments in claim.profiles.items():
            try:
                inspect.signature(function).bind(**arguments, **extra)
            except TypeError as error:
                yield f"claim {claim.id!r}: {claim.experiment} does not take the arguments of {profile}: {error}"
