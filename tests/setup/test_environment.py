"""Which environment is chosen, and what is learnt of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from environment import OWN, ROOT, Environment, choose

MakeEnvironment = Callable[..., Path]


def test_without_anything_active_the_course_uses_its_own() -> None:
    assert choose({}) == OWN
    assert OWN.folder == ROOT / ".venv"


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_an_active_environment_with_torch_is_taken(variable: str, make_environment: MakeEnvironment) -> None:
    folder = make_environment("mine", torch="2.9.1+cu999")
    chosen = choose({variable: str(folder)})
    assert chosen == Environment(folder, ours=False)
    state = chosen.state()
    assert state
    assert state.torch == "2.9.1+cu999"
    assert state.is_suitable
    assert state.python == sys.version_info[:2]


def test_an_active_environment_without_torch_is_left_alone(make_environment: MakeEnvironment) -> None:
    assert choose({"VIRTUAL_ENV": str(make_environment("other")), "CONDA_PREFIX": "/nowhere"}) == OWN


def test_a_named_environment_comes_before_an_active_one(tmp_path: Path, make_environment: MakeEnvironment) -> None:
    active = make_environment("mine", torch="2.9.1")
    named = tmp_path / "named"
    assert choose({"VENV": str(named), "VIRTUAL_ENV": str(active)}) == Environment(named, ours=False)


def test_the_courses_own_environment_stays_its_own_when_active_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert choose({"VIRTUAL_ENV": str(OWN.folder)}) == OWN
    assert choose({"VENV": ".venv"}) == OWN


def test_a_folder_without_a_python_has_no_state(tmp_path: Path) -> None:
    assert Environment(tmp_path, ours=True).state() is None


def test_an_environment_without_pip_is_not_suitable(make_environment: MakeEnvironment) -> None:
    state = Environment(make_environment("bare", pip=False), ours=True).state()
    assert state
    assert not state.is_suitable
