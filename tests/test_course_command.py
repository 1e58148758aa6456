"""The ``course`` command on files that are no notebooks, and on folders."""

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.__main__ import main


def test_a_reader_who_stops_reading_is_no_error() -> None:
    command = [sys.executable, "-m", "course_lib", "evidence", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""
        assert listing.wait(60) == 0


both_commands = pytest.mark.parametrize("command", ["check", "run"])


@both_commands
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"cells": [',
        b"{}",
        b"[]",
        b"words",
        b'{"cells": 3}',
        b'{"cells": [1]}',
        b'{"cells": [{}]}',
        b"\xff",
    ],
)
def test_what_is_no_notebook_is_named(tmp_path, capsys, command, content):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    assert main([command, str(path)]) == 2
    assert f"course {command}: {path} is no notebook" in capsys.readouterr().err
    assert path.read_bytes() == content


@both_commands
def test_a_missing_path_is_named(tmp_path, capsys, command):
    assert main([command, str(tmp_path / "none.ipynb")]) == 2
    assert f"no such file: {tmp_path / 'none.ipynb'}" in capsys.readouterr().err


@both_commands
def test_a_folder_without_notebooks_is_named(tmp_path, capsys, command):
    assert main([command, str(tmp_path)]) == 2
    assert f"{tmp_path} is no notebook, and no folder that holds some" in capsys.readouterr().err


@both_commands
def test_no_notebooks_at_all_is_an_error(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert main([command]) == 2
    assert "no such file: notebooks" in capsys.readouterr().err


def test_a_folder_is_run_in_order_once_all_of_it_is_readable(tmp_path, monkeypatch, capsys):
    stored = []
    monkeypatch.setattr("course_lib.publish.store", stored.append)
    paths = [tmp_path / "01.ipynb", tmp_path / "02.ipynb"]
    for path in reversed(paths):
        nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), path)
    assert main(["run", str(tmp_path)]) == 0
    assert stored == paths
    (tmp_path / "03.ipynb").write_text("{")
    assert main(["run", str(tmp_path)]) == 2
    assert stored == paths
    assert "03.ipynb is no notebook" in capsys.readouterr().err
