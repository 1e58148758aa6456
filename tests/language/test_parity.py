import pytest

from course_lib.language.parity import check


def rules_broken_by(en, fa):
    return {finding.rule for finding in check(en, fa)}


@pytest.mark.parametrize(
    ("rule", "en", "fa"),
    [
        ("headings", "## Dead\n\n### Why", "## مرده\n\n## چرا"),
        ("headings", "## Dead", "مرده"),
        ("headings", "## The $x^2$", "## تابع $x^2$"),
        ("lists", "- a\n- b", "- الف"),
        ("lists", "- a\n- b", "1. الف\n2. ب"),
        ("lists", "- a\n  - b", "- الف\n- ب"),
        ("formulas", "It is $x^2$.", "این $x^3$ است."),
        ("formulas", "It is $x^2$ or $x^2$.", "این $x^2$ است."),
        ("formulas", "$$y = x$$", "$$y = -x$$"),
        ("numbers", "30 layers", "۳۱ لایه"),
        ("numbers", "at −0.28", "در ۰٫۲۸"),
        ("numbers", "30 layers", "سی لایه"),
        ("numbers", "5, 5", "۵"),
        ("links", "[paper](https://arxiv.org/abs/1)", "[مقاله](https://arxiv.org/abs/2)"),
        ("links", "![x](a.png)", "![x](b.png)"),
        ("links", '<img src="a.png">', '<img src="b.png">'),
        ("code", "call `relu(x)`", "تابع `relu(y)` را"),
        ("code", "```python\nx = 1\n```", "```python\nx = 2\n```"),
        ("tables", "| a | b |\n|---|---|\n| 1 | 2 |", "| الف |\n|---|\n| ۱ ۲ |"),
        ("tables", "| a |\n|---|\n| b |\n| c |", "| الف |\n|---|\n| ب پ |"),
        ("quotes", "> a", "الف"),
        ("tags", "<details>a</details>", "الف"),
    ],
)
def test_a_difference_is_found(rule, en, fa):
    assert rule in rules_broken_by(en, fa)


@pytest.mark.parametrize(
    ("en", "fa"),
    [
        ("## Why neurons die", "## چرا نورون‌ها می‌میرند"),
        (
            "In 2015, 12,000 neurons lost −0.25 of $\\text{loss} = x$ (50 %), or 1e-3.",
            "در سال ۲۰۱۵، ۱۲٬۰۰۰ نورون \u200e−۰٫۲۵ از $\\text{زیان}=x$ را باختند (۵۰٪)، یا ۰٫۰۰۱.",
        ),
        ("float32, MNIST-1D, GPT-2 and 2.13.0", "MNIST-1D و float32 و GPT-2 و 2.13.0"),
        ("`a` then `b`, $x$ then $y$", "نخست $y$ و `b`، سپس $x$ و `a`"),
        ("- a\n  - b\n- c", "- الف\n    - ب\n- پ"),
        ("[start](README.md), [dying](#dying-en)", "[آغاز](README.fa.md)، [مرگ](#dying-fa)"),
        ("3–5 of 10", "۳–۵ از ۱۰"),
        ("```python\n# a $ and a 3\n```", "```python\n# a $ and a 3\n```"),
        ("It costs 3\\$ or 5\\$.", "بهایش ۳\\$ یا ۵\\$ است."),
    ],
)
def test_texts_that_say_the_same_pass(en, fa):
    assert list(check(en, fa)) == []


def test_the_finding_says_in_which_language_something_lacks():
    (finding,) = check("30 layers of 64", "۳۰ لایه")
    assert finding.excerpt == "64"
    assert "Persian" in finding.advice
