"""The two READMEs say the same, and what they name exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from course_lib.language import parity, typography

REPOSITORY = Path(__file__).parents[2]
ENGLISH = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PERSIAN = (REPOSITORY / "README.fa.md").read_text(encoding="utf-8")
BLOCK = re.compile(r'\A<div dir="rtl" lang="fa">\n\n(.*)\n\n</div>\n\Z', re.DOTALL)
COUNTERPART = {"README.md": "README.fa.md", "docs/lesson-fa.png": "docs/lesson-en.png"}


def headings(text: str) -> list[int]:
    return [
        len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    ]


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```.*?^```$", text, re.DOTALL | re.MULTILINE)


def links(text: str) -> list[str]:
    return re.findall(r"\]\((.+?)\)", text)


def test_the_persian_readme_is_one_right_to_left_block() -> None:
    assert BLOCK.match(PERSIAN)


def test_headings_code_and_links_are_the_same() -> None:
    assert headings(PERSIAN) == headings(ENGLISH)
    assert code_blocks(PERSIAN) == code_blocks(ENGLISH)
    assert [COUNTERPART.get(link, link) for link in links(PERSIAN)] == links(ENGLISH)


def test_both_say_the_same() -> None:
    block = BLOCK.match(PERSIAN)
    assert block
    assert [*map(str, parity.check(ENGLISH, block[1]))] == []


def test_the_persian_is_well_set() -> None:
    assert [*map(str, typography.check(PERSIAN))] == []


@pytest.mark.parametrize("text", [ENGLISH, PERSIAN], ids=["en", "fa"])
def test_what_they_link_to_exists(text: str) -> None:
    missing = [link for link in links(text) if "://" not in link and not (REPOSITORY / link).exists()]
    assert missing == []


@pytest.mark.parametrize("text", [ENGLISH, PERSIAN], ids=["en", "fa"])
def test_the_commands_and_folders_they_name_exist(text: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", text)) - {"does"} <= targets
    rows = re.findall(r"^\| (`.*?) \|.*\|$", text, re.MULTILINE)
    folders = re.findall(r"`(.+?)`", " ".join(rows))
    assert "course_lib/claims" in folders
    for folder in folders:
        assert (REPOSITORY / folder).is_dir() or (REPOSITORY / "course_lib" / folder).is_dir(), folder


def test_help_lists_every_target() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    assert targets == set(re.findall(r'@echo "make ([a-z]+) ', makefile))
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == targets | {"help"}


def test_the_messages_of_the_setup_are_well_set() -> None:
    findings = []
    for file in sorted((REPOSITORY / "setup").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[آ-ی]", node.value):
                findings += [f"{file.name}: {finding}" for finding in typography.check(node.value)]
    assert findings == []
