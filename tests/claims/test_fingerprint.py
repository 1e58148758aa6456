"""Which sources a number depends on."""

import ast
from pathlib import Path

import pytest

import course_lib
from course_lib.claims import fingerprint as module
from course_lib.claims import ledger
from course_lib.claims.fingerprint import fingerprint, modules_behind, versions

SOURCES = {
    "course_lib": "",
    "course_lib.language": "",
    "course_lib.activations": "from course_lib.activations.step import Step",
    "course_lib.activations.step": "from course_lib.language import Text",
    "course_lib.nn": "",
    "course_lib.nn.late": "",
    "course_lib.data": "",
    "course_lib.claims": "",
    "course_lib.claims.interval": "import math",
    "course_lib.claims.experiment": "from course_lib.claims.interval import Interval",
    "course_lib.claims.experiments": "",
    "course_lib.claims.experiments.shared": "def train():\n    from course_lib.nn.late import late",
    "course_lib.claims.experiments.other": "",
    "course_lib.claims.experiments.mine": "from course_lib import activations\n"
    "from course_lib.claims.experiment import Task\n"
    "from course_lib.claims.interval import Interval\n"
    "def run():\n    yield [Task('shared.train', {})]",
}


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stands in for the course's sources; to be changed before the first look at them."""
    sources = dict(SOURCES)
    monkeypatch.setattr(module, "_sources", lambda: sources)
    for cached in (module.fingerprint, module._imports):
        monkeypatch.setattr(module, cached.__name__, cached.__wrapped__)
    return sources


def test_what_computes_counts_and_what_words_or_judges_does_not(sources: dict[str, str]) -> None:
    assert modules_behind("mine.run") == {
        "course_lib.activations",
        "course_lib.activations.step",
        "course_lib.nn",
        "course_lib.nn.late",
        "course_lib.claims.interval",
        "course_lib.claims.experiments",
        "course_lib.claims.experiments.mine",
        "course_lib.claims.experiments.shared",
    }
    assert "course_lib.activations" not in modules_behind("shared.train")


@pytest.mark.parametrize("name", SOURCES)
def test_the_hash_changes_with_the_sources_that_count_and_with_no_others(sources: dict[str, str], name: str) -> None:
    before, counts = module.fingerprint("mine.run"), name in modules_behind("mine.run")
    sources[name] += "\n# changed"
    assert (module.fingerprint("mine.run") != before) == counts


def test_the_hash_changes_with_the_versions(sources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    before = module.fingerprint("mine.run")
    others = {**versions(), "torch": "0.1"}
    monkeypatch.setattr(module, "versions", lambda: others)
    assert module.fingerprint("mine.run") != before


def test_every_experiment_that_trains_depends_on_the_trainer() -> None:
    assert "course_lib.training.trainer" in modules_behind("relu.firing")
    assert "course_lib.data.catalogue" in modules_behind("relu.firing")
    assert "course_lib.figures" not in modules_behind("relu.firing")
    for claim in ledger().values():
        assert len(fingerprint(claim.experiment)) == 64


def test_imports_are_absolute_so_that_they_can_be_followed() -> None:
    package = Path(course_lib.__file__).parent
    relative = [
        str(path)
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []
