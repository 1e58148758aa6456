import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.__main__ import main
from course_lib.language.check import check_library, check_notebooks


def english(source="## Dead", name="dead-en", tags=("lang-en",)):
    return new_markdown_cell(source, id=name, metadata={"tags": list(tags)})


def persian(source="## مرده", name="dead-fa", tags=("lang-fa",)):
    return new_markdown_cell(f'<div dir="rtl" lang="fa">\n\n{source}\n\n</div>', id=name, metadata={"tags": list(tags)})


def code(*outputs):
    return new_code_cell("show()", id="code", outputs=list(outputs))


@pytest.fixture
def findings_in(tmp_path):
    def check(*cells, name="05_relu.ipynb"):
        nbformat.write(new_notebook(cells=list(cells)), tmp_path / name)
        return list(check_notebooks([tmp_path]))

    return check


def test_pairs_that_agree_pass(findings_in):
    both = new_markdown_cell("---", id="rule", metadata={"tags": ["both"]})
    assert findings_in(english(), persian(), code(), both, english(name="b-en"), persian(name="b-fa")) == []


@pytest.mark.parametrize(
    "cells",
    [
        [english()],
        [persian()],
        [english(), code(), persian()],
        [persian(), english()],
        [english(), persian(name="other-fa")],
        [english(), persian(), new_markdown_cell("untagged", id="x")],
        [english(), persian(tags=["lang-fa", "extra"])],
    ],
)
def test_a_cell_without_its_other_half_is_found(findings_in, cells):
    assert {finding.rule for finding in findings_in(*cells)} == {"pairs"}


def test_the_halves_are_compared(findings_in):
    (finding,) = findings_in(english("30 layers"), persian("۳۱ لایه و ۳۰"))
    assert (finding.rule, finding.cell) == ("numbers", "dead-en")


def test_a_persian_cell_outside_its_block_is_found(findings_in):
    bare = new_markdown_cell("## مرده", id="dead-fa", metadata={"tags": ["lang-fa"]})
    (finding,) = findings_in(english(), bare)
    assert (finding.rule, finding.cell) == ("direction", "dead-fa")


def test_persian_typography_is_checked_in_its_cell(findings_in):
    (finding,) = findings_in(english("It dies."), persian("می میرد."))
    assert (finding.rule, finding.cell) == ("half-space", "dead-fa")


def test_only_the_first_lesson_names_what_other_books_say(findings_in):
    cells = [english("activation function"), persian("تابع فعالیت")]
    assert {finding.rule for finding in findings_in(*cells, name="05_relu.ipynb")} == {"term"}


def test_the_first_lesson_may(findings_in):
    assert findings_in(english("activation function"), persian("تابع فعالیت"), name="01_why.ipynb") == []


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text="saved to /home/someone/figure.png"),
        new_output("display_data", data={"text/html": "<p>C:\\Users\\someone</p>"}),
        new_output("display_data", data={"text/html": "<h3>Dead</h3>"}),
        new_output("error", ename="ValueError", evalue="no"),
    ],
)
def test_an_output_unfit_to_publish_is_found(findings_in, output):
    (finding,) = findings_in(code(output))
    assert (finding.rule, finding.cell) == ("outputs", "code")


def test_embedded_images_are_not_read_as_text(findings_in):
    image = new_output("display_data", data={"image/png": "iVBOR/home/abc", "text/plain": "<Figure>"})
    page = new_output("display_data", data={"text/html": '<img src="data:image/png;base64,iVBOR/home/abc=">'})
    assert findings_in(code(image, page)) == []


def test_a_notebook_that_is_too_large_is_found(findings_in):
    (finding,) = findings_in(code(new_output("stream", text="x" * 1_000_001)))
    assert "1 MB" in finding.advice


def test_texts_of_a_library_are_found_without_running_it(tmp_path):
    package = tmp_path / "library"
    package.mkdir()
    (package / "a.py").write_text(
        'raise SystemExit\ntitle = Text(en="30 layers", fa=f"{many} لایه ها")\nother = Text(en=name, fa="می شود")\n'
    )
    (package / "b.toml").write_text(
        '[claim]\nen = "It dies."\nfa = "می میرد."\n[[claim.rules]]\nen = "a"\nfa = "علي"\n'
    )
    findings = [(finding.place, finding.cell, finding.rule) for finding in check_library(package)]
    assert findings == [
        ("library/a.py", "line 2", "numbers"),
        ("library/a.py", "line 2", "half-space"),
        ("library/b.toml", "claim", "half-space"),
        ("library/b.toml", "claim.rules 1", "letters"),
    ]


class TestCommand:
    def test_it_succeeds_when_there_is_nothing_to_mend(self, tmp_path, capsys):
        nbformat.write(new_notebook(cells=[english(), persian()]), tmp_path / "05_relu.ipynb")
        assert main(["check", str(tmp_path)]) == 0
        assert "Nothing to mend" in capsys.readouterr().out

    def test_it_fails_and_says_where_otherwise(self, tmp_path, capsys):
        path = tmp_path / "05_relu.ipynb"
        nbformat.write(new_notebook(cells=[english()]), path)
        assert main(["check", str(path)]) == 1
        assert f"{path}: dead-en: [pairs]" in capsys.readouterr().out

    def test_a_path_that_does_not_exist_is_an_error(self, capsys):
        assert main(["check", "no/such.ipynb"]) == 2
        assert "no/such.ipynb" in capsys.readouterr().err

    def test_it_loads_no_large_library(self, tmp_path):
        nbformat.write(new_notebook(cells=[english(), persian()]), tmp_path / "05_relu.ipynb")
        program = (
            "import json, sys; from course_lib.__main__ import main; main(['check', sys.argv[1]]);"
            "print(json.dumps([name for name in ('torch', 'matplotlib', 'numpy') if name in sys.modules]))"
        )
        result = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert json.loads(result.stdout.splitlines()[-1]) == []
