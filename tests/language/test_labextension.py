import json
import re
from pathlib import Path

from course_lib.language.markdown import DIRECTION_MARKS, parse
from course_lib.language.sources import texts_in

REPOSITORY = Path(__file__).parents[2]
EXTENSION = REPOSITORY / "course_lib" / "language" / "labextension"
PERSIAN = re.compile("[\u0600-\u06ff]")


def characters_of_the_font():
    command = (EXTENSION / "static" / "course-language.css").read_text()
    ranges = re.search(r"--unicodes='([^']+)'", command)[1]
    for start, end in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
        yield from map(chr, range(int(start, 16), int(end or start, 16) + 1))


def persian_texts():
    for path in (REPOSITORY / "course_lib").rglob("*.py"):
        yield from (text.fa for _, text in texts_in(path))
    for path in (REPOSITORY / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if "lang-fa" in cell["metadata"].get("tags", ()):
                yield parse("".join(cell["source"])).prose


def test_the_font_has_every_persian_character_of_the_course():
    font = set(characters_of_the_font()) | set(DIRECTION_MARKS)
    used = set(PERSIAN.findall("".join(persian_texts())))
    assert used  # there is something to look at
    assert used <= font


def test_jupyterlab_finds_the_files_that_the_package_names():
    package = json.loads((EXTENSION / "package.json").read_text())
    assert (EXTENSION / package["jupyterlab"]["_build"]["load"]).is_file()
    assert list((EXTENSION / package["jupyterlab"]["schemaDir"]).glob("plugin.json"))
    assert package["name"] == "course-language"


def test_everything_that_the_extension_loads_is_in_it():
    static = EXTENSION / "static"
    style = (static / "course-language.css").read_text()
    for name in re.findall(r"url\('([^']+)'\)", style):
        assert (static / name).is_file()
    script = (static / "course-language.js").read_text()
    assert not re.findall(r"https?://", style + script)
    assert (static / "fonts" / "OFL.txt").read_text().startswith("Copyright")
