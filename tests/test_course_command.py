"""The ``course`` command on files that are no notebooks."""

import pytest

from course_lib.__main__ import main


@pytest.mark.parametrize("content", ["{", "{}", "[]", "words"])
def test_what_is_no_notebook_is_named(tmp_path, capsys, content):
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    assert main(["check", str(path)]) == 2
    assert main(["run", str(path)]) == 1
    printed = capsys.readouterr().err
    assert printed.count("broken.ipynb is no notebook") == 2
    assert path.read_text() == content


def test_missing_files_and_empty_folders_are_named(tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.ipynb")]) == 2
    assert main(["run", str(tmp_path / "none.ipynb")]) == 1
    assert main(["run", str(tmp_path)]) == 2
    printed = capsys.readouterr().err
    assert printed.count("no such file") == 2
    assert "no notebooks in" in printed
