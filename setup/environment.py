"""The environment that the course runs in, and which one to choose."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_PROBE = """
import importlib.metadata, importlib.util, json, sys
try:
    torch = importlib.metadata.version("torch")
except importlib.metadata.PackageNotFoundError:
    torch = None
has_pip = importlib.util.find_spec("pip") is not None
print(json.dumps({"python": sys.version_info[:2], "has_pip": has_pip, "torch": torch}))
"""


@dataclass(frozen=True)
class State:
    """What an interpreter has: its version, whether pip, and the version of torch, if any."""

    python: tuple[int, int]
    has_pip: bool
    torch: str | None

    @property
    def is_suitable(self) -> bool:
        """Whether the course can be installed with this interpreter."""
        return self.python >= (3, 11) and self.has_pip


@dataclass(frozen=True)
class Environment:
    """A folder with a Python of its own; ``ours`` if the course made it and may make it anew."""

    folder: Path
    ours: bool

    @property
    def python(self) -> Path:
        """The interpreter; on Windows, venv and conda put it in different places."""
        places = ("Scripts/python.exe", "python.exe") if os.name == "nt" else ("bin/python",)
        return next(filter(Path.exists, (self.folder / place for place in places)), self.folder / places[0])

    @property
    def stamp_file(self) -> Path:
        """Where the stamp of the last installation is kept."""
        return self.folder / "course-setup.json"

    def state(self) -> State | None:
        """Ask the interpreter what it has; None if it does not run."""
        try:
            probe = subprocess.run([self.python, "-c", _PROBE], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        answer = json.loads(probe.stdout)
        return State(tuple(answer["python"]), answer["has_pip"], answer["torch"])


OWN = Environment(ROOT / ".venv", ours=True)


def choose(variables: Mapping[str, str]) -> Environment:
    """Choose the environment to work in.

    ``VENV`` names one. Otherwise an active environment that already has torch is taken, so that somebody's
    own CUDA, ROCm or MPS build stays in use. Otherwise the course keeps its own.

    Args:
        variables: The environment variables.
    """
    if named := variables.get("VENV"):
        return _at(Path(named).expanduser())
    active = (_at(Path(variables[name])) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if variables.get(name))
    for environment in active:
        state = environment.state()
        if not environment.ours and state and state.torch:
            return environment
    return OWN


def _at(folder: Path) -> Environment:
    return OWN if folder.resolve() == OWN.folder.resolve() else Environment(folder.absolute(), ours=False)
