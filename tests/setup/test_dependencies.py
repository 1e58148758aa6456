"""pyproject.toml, constraints.txt and environment.yml are three doors to one list of dependencies."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import command
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[2]
# conda-forge splits matplotlib, and calls torch by its project's name.
CONDA_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib"}
BUILD_TOOLS = {"hatchling", "editables"}


def ranges(lines: list[str]) -> dict[str, SpecifierSet]:
    requirements = [Requirement(line) for line in lines]
    found = {canonicalize_name(requirement.name): requirement.specifier for requirement in requirements}
    assert len(found) == len(requirements), "a package is listed twice"
    return found


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def declared(project: dict) -> dict[str, SpecifierSet]:
    return ranges([*project["dependencies"], *chain(*project["optional-dependencies"].values())])


@pytest.fixture(scope="module")
def pins() -> dict[str, SpecifierSet]:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return ranges([line for line in lines if line and not line.startswith("#")])


def test_conda_gets_the_same_packages_and_ranges(project: dict, declared: dict[str, SpecifierSet]) -> None:
    listed = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    from_conda = ranges([entry for entry in listed if isinstance(entry, str)])
    assert from_conda.pop("python") == SpecifierSet(project["requires-python"])
    assert from_conda.pop("pip") == SpecifierSet()
    conda = {CONDA_NAMES.get(name, name): specifier for name, specifier in from_conda.items()}
    assert not conda.keys() & ranges(from_pip).keys(), "a package comes from conda and from pip"
    assert conda | ranges(from_pip) == declared


def test_every_direct_dependency_is_pinned_and_nothing_else(
    declared: dict[str, SpecifierSet], pins: dict[str, SpecifierSet]
) -> None:
    assert pins.keys() == declared.keys() | BUILD_TOOLS


def test_each_pin_is_one_version_within_its_range(
    declared: dict[str, SpecifierSet], pins: dict[str, SpecifierSet]
) -> None:
    for name, pin in pins.items():
        (exact,) = pin
        assert exact.operator == "=="
        assert exact.version in declared.get(name, SpecifierSet()), name


def test_the_commands_install_extras_that_exist_and_those_that_test_install_all(project: dict) -> None:
    optional = project["optional-dependencies"].keys()
    installed = {name: set(extras) for name, (_, extras) in command.COMMANDS.items()}
    assert set().union(*installed.values()) == optional
    assert installed["test"] == installed["check"] == optional


def test_whoever_studies_needs_no_network_for_the_verse(project: dict) -> None:
    _, extras = command.COMMANDS["lab"]
    installed = ranges([line for extra in extras for line in project["optional-dependencies"][extra]])
    assert "hafez" in installed


def test_the_pinned_build_backend_is_the_projects(pins: dict[str, SpecifierSet]) -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    (backend,) = tomllib.loads(text)["build-system"]["requires"]
    (exact,) = pins["hatchling"]
    assert exact.version in Requirement(backend).specifier


def test_the_scripts_ask_for_the_same_python(project: dict) -> None:
    lowest = re.fullmatch(r">=3\.(\d+)", project["requires-python"])
    assert lowest
    for script in ("course.sh", "__main__.py", "environment.py"):
        versions = re.findall(r">=? \(3, (\d+)\)|< \(3, (\d+)\)", (REPOSITORY / "setup" / script).read_text("utf-8"))
        assert {a or b for a, b in versions} == {lowest[1]}, script
