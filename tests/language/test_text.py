import pytest

from course_lib.language import Text, digits, glossary, html, isolate
from course_lib.language.typography import check

LRM = "\u200e"


@pytest.mark.parametrize(
    ("latin", "persian"),
    [
        ("0.25", "۰٫۲۵"),
        (".5", "۰٫۵"),
        ("12,345.6", "۱۲٬۳۴۵٫۶"),
        ("50%", "۵۰٪"),
        ("50 %", "۵۰٪"),
        ("1e-3", "۰٫۰۰۱"),
        ("1.5e+05", "۱۵۰۰۰۰"),
        ("2.5e-08", f"۲٫۵ × ۱۰ به توان {LRM}−۸"),
        ("1e20", "۱ × ۱۰ به توان ۲۰"),
        ("0.1–0.9", "۰٫۱–۰٫۹"),
        ("3-5", "۳-۵"),
        ("n=10.", "n=۱۰."),
    ],
)
def test_numbers_are_written_as_persian_does(latin, persian):
    assert digits(latin) == persian


@pytest.mark.parametrize("sign", ["-", "−"])
def test_a_minus_is_kept_to_the_left_of_its_number(sign):
    # Without the mark a minus is a neutral character, and the right-to-left text around it draws it to the right.
    assert digits(f"({sign}0.25)") == f"({LRM}−۰٫۲۵)"


def test_a_plus_too():
    assert digits("+3") == f"{LRM}+۳"


@pytest.mark.parametrize("name", ["float32", "MNIST-1D", "GPT-2", "2.13.0", "x1"])
def test_digits_in_names_and_versions_stay(name):
    assert digits(name) == name


@pytest.mark.parametrize("number", ["-0.25", "12,345.6", "50%", "1e-3", "2.5e-8"])
def test_numbers_pass_the_check_of_typography(number):
    assert not list(check(f"مقدار {digits(number)} است."))


def test_a_text_speaks_both_languages():
    assert str(ValueError(Text(en="no such layer", fa="چنین لایه‌ای نیست"))) == "no such layer\nچنین لایه‌ای نیست"


def test_html_holds_a_block_per_language_with_its_direction():
    page = html("<p>dead</p>", "<p>مرده</p>")
    assert '<div class="course-block" lang="en" dir="ltr"><p>dead</p></div>' in page
    assert 'lang="fa" dir="rtl"' in page
    assert page.index("dead") < page.index("مرده")


def test_an_isolated_piece_is_closed():
    assert isolate("[0, 1]") == "\u2066[0, 1]\u2069"


class TestGlossary:
    def test_a_term_comes_in_both_languages(self):
        assert glossary.term("dead neuron") == Text(en="dead neuron", fa="نورون مرده")

    def test_an_unknown_term_names_close_ones_in_both_languages(self):
        with pytest.raises(KeyError) as caught:
            glossary.term("dead nueron")
        message = caught.value.args[0]
        assert "dead neuron" in message.en
        assert "dead neuron" in message.fa

    def test_no_english_term_and_no_avoided_one_occurs_twice(self):
        assert len({term.en for term in glossary}) == len(glossary)
        avoided = [name for term in glossary for name in term.avoid]
        assert len(set(avoided)) == len(avoided)

    def test_no_term_is_avoided_elsewhere_in_the_glossary(self):
        for term in glossary:
            assert not list(check(term.fa))

    def test_it_prints_a_line_per_term(self):
        assert len(repr(glossary).splitlines()) == len(glossary)
        assert repr(glossary).splitlines()[0].split("  ")[0] == "activation function"

    def test_its_table_sets_the_direction_of_each_language(self):
        english, persian = glossary._repr_html_().split('<div class="course-block" lang="fa"')
        en, fa = (
            '<td lang="en"><bdi dir="ltr">dead neuron</bdi></td>',
            '<td lang="fa"><bdi dir="rtl">نورون مرده</bdi></td>',
        )
        assert en + fa in english
        assert fa + en in persian
