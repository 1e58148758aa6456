"""The pages of the report: both languages, both forms, nothing from elsewhere, nothing left out."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_lib.claims import VERDICTS, Claim, Evidence, ledger, run
from course_lib.claims.provenance import Provenance
from course_lib.language import Text, parity, typography
from course_lib.publish.report import write

MACHINE = Text(en="a machine", fa="رایانه‌ای")


@pytest.fixture(scope="module")
def found() -> list[tuple[Claim, Evidence | None]]:
    provenance = Provenance("quick", {"seeds": 2}, "cpu", "2026-11-24T10:00:00+00:00", 12.3, MACHINE)
    fresh, stale = (
        replace(run(name, device="cpu", seeds=2, steps=20), provenance=replace(provenance, stale=stale))
        for name, stale in (("relu-sparse", False), ("relu-one-negative", True))
    )
    return [(fresh.claim, fresh), (stale.claim, stale), (ledger()["relu-fast"], None)]


@pytest.fixture(scope="module")
def folder(found: list[tuple[Claim, Evidence | None]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    names = [path.name for path in write(found, folder)]
    assert names == ["evidence.en.html", "evidence.en.md", "evidence.fa.html", "evidence.fa.md"]
    return folder


def page(folder: Path, language: str, ending: str) -> str:
    return (folder / f"evidence.{language}.{ending}").read_text("utf-8")


class Pages(HTMLParser):
    """Collects what a page refers to, and whether its elements are closed."""

    VOID = frozenset({"meta", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.targets: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.root: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "html":
            self.root = given
        if tag not in self.VOID:
            self.open.append(tag)
        self.targets += [given["href"] or ""] if "href" in given else []
        self.loaded += [given["src"] or ""] if "src" in given else []
        self.ids += [given["id"] or ""] if "id" in given else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(content: str) -> Pages:
    pages = Pages()
    pages.feed(content)
    assert pages.open == []
    return pages


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("ending", ["html", "md"])
def test_everything_about_each_claim_is_there(
    folder: Path, found: list[tuple[Claim, Evidence | None]], language: str, ending: str
) -> None:
    content = page(folder, language, ending).replace("\\", "")
    plain = re.sub(r"&(gt|lt|#x27);", lambda match: {"gt": ">", "lt": "<", "#x27": "'"}[match[1]], content)
    for claim, evidence in found:
        assert getattr(claim.text, language) in plain
        if evidence is None:
            continue
        words = [VERDICTS[evidence.verdict], evidence.meaning, evidence.result.conditions, MACHINE]
        words += [measure.title for measure in claim.measures.values()]
        words += [evidence.result.measures[name].text(measure.spec) for name, measure in claim.measures.items()]
        for text in words:
            assert getattr(text, language) in plain
        for reference in claim.references:
            assert reference.title in plain
            assert reference.url in plain
        for rule in claim.rules:
            assert getattr(VERDICTS[rule.verdict], language) in plain


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_page_stands_alone(folder: Path, language: str) -> None:
    content = page(folder, language, "html")
    pages = read(content)
    assert pages.root == {"lang": language, "dir": "rtl" if language == "fa" else "ltr"}
    assert all((folder / source).is_file() for source in pages.loaded)
    assert not re.search(r"url\((?!data:)|@import|<link|<script", content)
    inner = [target[1:] for target in pages.targets if target.startswith("#")]
    assert inner == pages.ids == ["relu-sparse", "relu-one-negative", "relu-fast"]
    outer = [target for target in pages.targets if not target.startswith(("#", "https://"))]
    assert outer == [f"evidence.{'en' if language == 'fa' else 'fa'}.html"]


@pytest.mark.parametrize("language", ["en", "fa"])
def test_only_fresh_evidence_has_a_figure_and_stale_evidence_says_so(folder: Path, language: str) -> None:
    assert sorted(path.name for path in (folder / "figures").iterdir()) == ["relu-sparse.en.png", "relu-sparse.fa.png"]
    assert read(page(folder, language, "html")).loaded == [f"figures/relu-sparse.{language}.png"]
    assert f"](figures/relu-sparse.{language}.png)" in page(folder, language, "md")
    warning = {"en": "This evidence is stale", "fa": "این شواهد کهنه است"}[language]
    for ending in ("html", "md"):
        assert page(folder, language, ending).count(warning) == 1


def test_the_english_page_has_no_persian_but_the_way_to_it(folder: Path) -> None:
    assert re.findall("[آ-ی‌]+", page(folder, "en", "html")) == ["فارسی"]
    assert re.findall("[آ-ی‌]+", page(folder, "en", "md")) == []


def test_the_persian_page_is_well_set_and_says_the_same(folder: Path) -> None:
    persian, english = page(folder, "fa", "md"), page(folder, "en", "md")
    prose = re.sub("\u2066.*?\u2069", "`x`", persian)
    assert [*map(str, typography.check(prose))] == []
    inside = persian.removeprefix('<div dir="rtl" lang="fa">\n\n').removesuffix("\n\n</div>\n")
    assert [*map(str, parity.check(english, inside))] == []
