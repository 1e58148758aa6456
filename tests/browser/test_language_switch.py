"""The language switch in a real JupyterLab: what is seen, in which direction, in which font, and for how long."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.language import digits, html

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ENGLISH = """## Why neurons die

A dead neuron gives $0$; see `relu(x)`.

1. first
2. second

> quoted

```python
def f(x): return x
```

| name | value |
|---|---|
| slope | 0.25 |"""
PERSIAN = """## چرا نورون‌ها می‌میرند

نورون مرده $0$ می‌دهد؛ `relu(x)` را ببینید.

1. نخست
2. دوم

> نقل قول

```python
def f(x): return x
```

| نام | مقدار |
|---|---|
| شیب | ۰٫۲۵ |"""


def pair(name, english, persian):
    return [
        new_markdown_cell(english, id=f"{name}-en", metadata={"tags": ["lang-en"]}),
        new_markdown_cell(
            f'<div dir="rtl" lang="fa">\n\n{persian}\n\n</div>', id=f"{name}-fa", metadata={"tags": ["lang-fa"]}
        ),
    ]


def figure(title):
    image = f'<img src="{PIXEL}" alt="{title}" width="200">'
    return f'<figure class="course-figure">{image}<figcaption>{title}</figcaption></figure>'


def output(english, persian):
    return new_output("display_data", data={"text/html": html(english, persian), "text/plain": "<output>"})


METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
}


@pytest.fixture(scope="module")
def lab(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    lesson = [
        *pair("title", "# Dying", "# ReLU و مرگ نورون‌ها"),
        *pair("why", ENGLISH, PERSIAN),
        new_code_cell("count = 1", id="first"),
        *pair("middle", "### Middle", "### میانه"),
        new_code_cell(
            "count += 1",
            id="second",
            outputs=[
                output(figure("English"), figure("فارسی")),
                output("<p>minus</p>", f"<p id='minus'>مقدار {digits('-5')} است</p>"),
            ],
        ),
        *pair("end", "## The end", "## پایان"),
    ]
    nbformat.write(new_notebook(cells=lesson, metadata=METADATA), folder / "lesson.ipynb")
    nbformat.write(new_notebook(cells=pair("b", "# Second", "# دومی"), metadata=METADATA), folder / "second.ipynb")
    foreign = [new_markdown_cell("# سلام\n\nمتن", id="a"), new_code_cell("1", id="b")]
    nbformat.write(new_notebook(cells=foreign, metadata=METADATA), folder / "foreign.ipynb")
    many = [cell for i in range(40) for cell in (*pair(f"s{i}", f"## Part {i}", f"## بخش {i}"), new_code_cell(f"{i}"))]
    nbformat.write(new_notebook(cells=many, metadata=METADATA), folder / "long.ipynb")
    return serve(folder)


@pytest.fixture(scope="module")
def lesson_page(lab, new_shared_page):
    page = new_shared_page()
    lab.open(page, "lesson.ipynb")
    return page


@pytest.fixture
def lesson(lesson_page):
    choose(lesson_page, "English")
    return lesson_page


def choose(page, name):
    page.locator(".jp-NotebookPanel:visible").get_by_role("radio", name=name).click()


def shown(page):
    """Return the first line of each cell that can be seen."""
    cells = page.locator(".jp-NotebookPanel:visible .jp-Cell:visible")
    return cells.evaluate_all("cells => cells.map(cell => cell.innerText.trim().split('\\n')[0])")


def headings(page):
    if not page.locator(".jp-TableOfContents:visible").count():
        page.locator('.lm-TabBar-tab[data-id="table-of-contents"]').click()
    page.wait_for_timeout(300)
    return page.locator(".jp-TableOfContents .jp-tocItem-content").all_inner_texts()


def style(page, selector, *names):
    return page.locator(selector).first.evaluate(
        "(node, names) => names.map(name => getComputedStyle(node)[name])", list(names)
    )


def wait_until_saved(page, lab, language):
    page.wait_for_function(
        """async ([address, token, language]) => {
          const answer = await fetch(`${address}/lab/api/settings/course-language:plugin?token=${token}`);
          return (await answer.json()).settings.language === language;
        }""",
        arg=[lab.address, lab.token, language],
    )


def test_a_new_reader_sees_their_browsers_language(lab, new_page):
    for locale, language, title in (("en-GB", "en", "Second"), ("fa-IR", "fa", "دومی")):
        page = new_page(locale=locale)
        lab.open(page, "second.ipynb")
        assert page.evaluate("document.body.dataset.courseLanguage") == language
        assert shown(page) == [title]


def test_the_switch_hides_the_other_language_from_page_and_contents(lesson):
    choose(lesson, "English")
    assert headings(lesson) == ["Dying", "Why neurons die", "Middle", "The end"]
    choose(lesson, "فارسی")
    assert headings(lesson) == ["ReLU و مرگ نورون‌ها", "چرا نورون‌ها می‌میرند", "میانه", "پایان"]
    # A Persian heading reads from the right, with whatever letters it begins.
    assert style(lesson, ".jp-tocItem-content", "direction") == ["rtl"]
    assert not lesson.locator('.jp-Cell[lang="en"]:visible').count()
    choose(lesson, "هر دو")
    assert len(headings(lesson)) == 8
    assert lesson.locator(".jp-Cell:visible").count() == 10


def test_persian_is_set_right_to_left_in_its_font(lesson):
    choose(lesson, "فارسی")
    cell = '.jp-Cell[lang="fa"] .jp-RenderedMarkdown'
    for part in ("h2", "p", "li", "td", "blockquote p"):
        assert style(lesson, f"{cell}:visible {part}", "direction", "textAlign") == ["rtl", "start"], part
    assert style(lesson, f"{cell}:visible p", "fontFamily")[0].startswith("Vazirmatn")
    assert lesson.evaluate("document.fonts.check('16px Vazirmatn', 'نورون')")
    for part in ("pre", "p code", "mjx-container"):
        assert style(lesson, f"{cell}:visible {part}", "direction", "unicodeBidi") == ["ltr", "isolate"], part
    assert style(lesson, f"{cell}:visible ol", "listStyleType") == ["persian"]
    assert style(lesson, f"{cell}:visible blockquote", "borderRightWidth", "borderLeftWidth") == ["5px", "0px"]


def test_english_stays_left_to_right(lesson):
    choose(lesson, "هر دو")
    assert style(lesson, '.jp-Cell[lang="en"]:visible p', "direction") == ["ltr"]


def test_source_lines_have_the_direction_of_their_text(lesson):
    choose(lesson, "فارسی")
    lesson.locator('.jp-Cell[lang="fa"] h2:visible').first.dblclick()
    lines = lesson.locator('.jp-Cell[lang="fa"] .cm-line:visible')
    directions = dict(
        lines.evaluate_all("lines => lines.map(line => [line.innerText, getComputedStyle(line).direction])")
    )
    assert directions["## چرا نورون‌ها می‌میرند"] == "rtl"
    assert directions['<div dir="rtl" lang="fa">'] == "ltr"
    assert directions["def f(x): return x"] == "ltr"
    isolated = lesson.locator(".cm-line:visible .course-ltr")
    assert isolated.all_inner_texts() == ["$0$", "`relu(x)`"]
    assert isolated.first.evaluate("node => getComputedStyle(node).direction") == "ltr"


def test_the_choice_outlives_a_reload_and_holds_in_every_notebook(lab, lesson, new_page):
    choose(lesson, "فارسی")
    wait_until_saved(lesson, lab, "fa")
    lesson.reload()
    lesson.wait_for_selector('.jp-Cell[lang="fa"]:visible', timeout=30_000)
    assert not lesson.locator('.jp-Cell[lang="en"]:visible').count()
    # The server remembers, so that another browser, or another port, makes no difference.
    other = new_page()
    lab.open(other, "second.ipynb")
    assert shown(other) == ["دومی"]
    choose(other, "English")
    wait_until_saved(other, lab, "en")


def test_outputs_follow(lesson):
    choose(lesson, "English")
    assert lesson.locator(".course-block:visible").evaluate_all("all => all.map(block => block.lang)") == ["en", "en"]
    choose(lesson, "فارسی")
    assert lesson.locator(".course-block:visible").evaluate_all("all => all.map(block => block.lang)") == ["fa", "fa"]
    choose(lesson, "هر دو")
    boxes = [block.bounding_box() for block in lesson.locator(".course-block").all()]
    (english_figure, persian_figure, english_text, persian_text) = boxes
    assert english_figure["y"] == persian_figure["y"]
    assert persian_figure["x"] >= english_figure["x"] + english_figure["width"]
    assert persian_text["y"] >= english_text["y"] + english_text["height"]
    lesson.set_viewport_size({"width": 800, "height": 900})
    narrow = [block.bounding_box() for block in lesson.locator(".course-block").all()]
    lesson.set_viewport_size({"width": 1400, "height": 1000})
    assert narrow[1]["y"] >= narrow[0]["y"] + narrow[0]["height"]


def test_the_sanitiser_leaves_what_the_switch_needs(lesson):
    # The notebook was never trusted, so JupyterLab has cleaned its stored outputs.
    choose(lesson, "هر دو")
    block = lesson.locator('.course-output .course-block[lang="fa"][dir="rtl"]').first
    assert block.locator("figure.course-figure img").get_attribute("src") == PIXEL
    assert style(lesson, '.course-block[lang="fa"] figcaption', "direction") == ["rtl"]


def test_a_minus_stands_left_of_its_persian_number(lesson):
    choose(lesson, "فارسی")
    minus, digit = lesson.evaluate("""() => {
      const text = [...document.querySelectorAll('.course-block[lang="fa"] p')].at(-1).firstChild;
      return ['−', '۵'].map(character => {
        const range = document.createRange();
        const at = text.data.indexOf(character);
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().left;
      });
    }""")
    assert minus < digit


def test_the_keyboard_moves_the_switch(lesson):
    choose(lesson, "English")
    radios = lesson.get_by_role("radiogroup").get_by_role("radio")
    lesson.keyboard.press("ArrowLeft")
    assert [radio.get_attribute("aria-checked") for radio in radios.all()] == ["true", "false", "false"]
    assert [radio.get_attribute("tabindex") for radio in radios.all()] == ["0", "-1", "-1"]
    assert lesson.evaluate("document.activeElement.value") == "fa"
    lesson.keyboard.press("F8")
    assert lesson.evaluate("document.body.dataset.courseLanguage") == "en"


def test_the_command_palette_offers_the_languages(lesson):
    lesson.keyboard.press("Control+Shift+C")
    lesson.keyboard.type("Course language")
    lesson.locator(".lm-CommandPalette-itemLabel", has_text="فارسی").click()
    assert lesson.evaluate("document.body.dataset.courseLanguage") == "fa"


def test_running_passes_over_hidden_cells(lesson):
    choose(lesson, "English")
    lesson.locator(".jp-Cell:visible").first.click()
    visited = []
    for _ in range(8):
        visited.append(lesson.locator(".jp-mod-active.jp-Cell").get_attribute("lang"))
        assert lesson.locator(".jp-mod-active.jp-Cell:visible").count() == 1
        lesson.keyboard.press("Shift+Enter")
        lesson.wait_for_timeout(50)
    assert visited[:6] == ["en", "en", None, "en", None, "en"]
    # Run All runs what is hidden, too: nothing depends on the language.
    lesson.get_by_role("menuitem", name="Run", exact=True).click()
    lesson.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    lesson.wait_for_function(
        "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(prompt => /\\d/.test(prompt.innerText))"
    )
    assert not lesson.locator('.jp-Cell[lang="fa"]:visible').count()


def test_a_collapsed_section_stays_collapsed_in_its_own_language_alone(lesson):
    choose(lesson, "English")
    lesson.locator("h2:visible", has_text="Why neurons die").hover()
    cell = lesson.locator('.jp-Cell[lang="en"]:visible', has=lesson.locator("h2", has_text="Why neurons die"))
    cell.locator(".jp-collapseHeadingButton").click()
    lesson.wait_for_timeout(300)
    assert [text for text in shown(lesson) if text] == ["Dying", "Why neurons die", "The end"]
    choose(lesson, "فارسی")
    assert "میانه" in shown(lesson)


@pytest.mark.parametrize("mode", ["full", "contentVisibility"])
def test_hidden_cells_leave_no_gap_in_any_windowing_mode(lab, page, mode):
    lab.open(page, "long.ipynb")
    page.evaluate(
        """async ([address, token, mode]) => {
          const raw = JSON.stringify({ windowingMode: mode });
          const headers = { 'Content-Type': 'application/json', Authorization: `token ${token}` };
          const path = `${address}/lab/api/settings/@jupyterlab/notebook-extension:tracker`;
          await fetch(path, { method: 'PUT', headers, body: JSON.stringify({ raw }) });
        }""",
        [lab.address, lab.token, mode],
    )
    lab.open(page, "long.ipynb")
    choose(page, "English")
    for share in (0, 0.3, 0.6, 0.75):
        page.evaluate(
            "share => { const view = document.querySelector('.jp-WindowedPanel-outer');"
            "view.scrollTop = share * view.scrollHeight; }",
            share,
        )
        # Drawing takes its time; in the end cells fill the view from its top, down to its end or to the last cell.
        page.wait_for_function("""() => {
          const view = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
          const cells = [...document.querySelectorAll('.jp-Cell')].filter(cell => cell.checkVisibility());
          const boxes = cells.map(cell => cell.getBoundingClientRect());
          const seen = boxes.filter(box => box.bottom > view.top && box.top < view.bottom);
          return seen.length > 0 && seen[0].top < view.top + 20
            && seen.every((box, i) => i === 0 || box.top - seen[i - 1].bottom < 20)
            && (seen.at(-1).bottom > view.bottom - 20 || cells.at(-1).innerText.trim().endsWith('39'));
        }""")


def test_the_place_in_the_text_is_kept(lab, page):
    lab.open(page, "long.ipynb")
    choose(page, "English")
    page.locator("h2:visible", has_text="Part 20").scroll_into_view_if_needed()
    before = page.locator("h2:visible", has_text="Part 20").bounding_box()["y"]
    choose(page, "فارسی")
    page.wait_for_timeout(300)
    after = page.locator("h2:visible", has_text="بخش 20").bounding_box()["y"]
    assert abs(after - before) < 120


def test_a_foreign_notebook_is_left_alone(lab, page):
    lab.open(page, "foreign.ipynb")
    assert page.get_by_role("radiogroup").count() == 0
    assert shown(page)[0] == "سلام"
    assert style(page, ".jp-RenderedMarkdown p", "direction") == ["ltr"]
    assert page.locator(".jp-Cell[lang]").count() == 0


def test_switching_writes_nothing_into_the_notebook(lab, page):
    path = lab.folder / "second.ipynb"
    before = path.stat().st_mtime_ns, json.loads(path.read_text())["cells"]
    lab.open(page, "second.ipynb")
    choose(page, "فارسی")
    choose(page, "English")
    page.locator(".jp-Cell:visible").first.click()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "second.ipynb" in answer.url):
        page.keyboard.press("Control+s")
    after = path.stat().st_mtime_ns, json.loads(path.read_text())["cells"]
    assert after[0] > before[0]
    assert after[1] == before[1]
