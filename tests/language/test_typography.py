import pytest

from course_lib.language.typography import RULES, check


def rules_broken_by(text):
    return {finding.rule for finding in check(text)}


# Each rule: texts that break it, and close ones that do not.
BREAKS = {
    "letters": ["شبكه", "علي است", "مقالة نو", "شبکۀ عصبی"],
    "kashida": ["نـورون"],
    "diacritics": ["نُورون می‌میرد", "این «رِلو می‌میرد» است", "شدّت"],
    "half-space": [
        "می شود",
        "نمی شود",
        "میشود",
        "نمیکند",
        "می‌‌شود",
        "می‌ شود",
        "لایه‌، نورون",
        "لایه ها",
        "لایه های پنهان",
        "ReLU ها",
        "`relu` ها",
        "بزرگ تر",
        "بزرگتر",
        "سریعترین",
        "نورونها",
        "آنها",
        "شبکه ای",
        "شده اند",
    ],
    "ezafe": ["شبکه‌ی عصبی", "لایه ی پنهان"],
    "punctuation": [
        "نورون ، لایه",
        "نورون .",
        "«نورون »",
        "( نورون)",
        "$x$ ، و",
        "نورون،لایه",
        "نورون, لایه",
        "نورون; لایه",
        "چرا?",
        'می‌گویند "مرده"',
        "می‌گویند “مرده”",
        "ReLU, GELU و Swish",
        "چه؟لایه",
    ],
    "digits": [
        "3 لایه",
        "۰.۲۵ است",
        "۱,۰۰۰ نورون",
        "۱e-۳ است",
        "٣ لایه",
        "۵۰% است",
        "۱2 لایه",
        "در سال 2015",
        "$5$% است",
    ],
    "latin": ["ReLUها", "درReLU"],
    "term": ["تابع فعالیت", "شبکه عصبی", "سوگیری", "نرون‌ها", "لایه پنهان", "طبقه‌بندی"],
}

KEEPS = [
    "## چرا نورون‌ها می‌میرند؟",
    "در سال ۲۰۱۵، **هه** و همکاران (He, Zhang, et al., 2015) نشان دادند که $f(x, y)=\\max(0, x)$ بس است.",
    "تا ۳۰ لایه آموزش می‌بیند؛ [مقاله](https://arxiv.org/abs/1502.01852?x=1,2) را ببینید.",
    "تابع `relu(x, 0)` ارزان است، ولی نه همیشه: ۰٫۲۵ نانوثانیه، ۱۲٬۰۰۰ نورون، ۵٪.",
    "شبکه‌های بزرگ‌تر (مثلاً MNIST-1D یا GPT-2) با float32 کندترند.",
    "1. تنها نورون‌ها می‌میرند!\n2. «رِلو» را ReLU هم می‌نویسند؛ ReLU‌ها و `relu`‌ها و $x$‌ها و **ReLU**‌ها.",
    "میان و میدان و میل و میانگین و میلیون و میکرون، قدیمی و تصمیمی نو.",
    "به‌تنهایی، نهایی، انتها، منتها، بهای آن؛ کمتر و بیشتر، بهتر و بدتر؛ پارامتر، دفتر، فیلتر، جدیدتر.",
    "شبکهٔ عصبی، لایهٔ پنهان، شبکه‌ای که مرده است، این‌ها و آن‌ها، کارها و مقدارها.",
    "خودِ تابع همین است. این جمله به ReLU می‌رسد: ReLU.",
    "| نام | مقدار |\n|---|---|\n| شیب | ۰٫۲۵ |",
    "He, K., Zhang, X. (2015). Delving deep; is it so? “Yes”.",
    "نگاه کنید به *Delving deep, into rectifiers* و «Searching, for activation functions».",
    "مقدار \u200e−۰٫۲۵ و بازهٔ \u2066[۰٫۱، ۰٫۲]\u2069 است.",
    '<details><summary>پاسخ</summary>\n\nدرست است: $x<0$.\n\n</details>\n<img src="a.png" width="30">',
    "```python\nx = 3  # می شود؟\n```\nهمین.",
    "در x̄ هم؛ تابع سه‌تکه‌ای پیوسته است.",
    "بله! «آری.» (نه.) ... و دیگر هیچ",
]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BREAKS.items() for text in texts])
def test_a_broken_rule_is_found(rule, text):
    assert rule in rules_broken_by(text)


@pytest.mark.parametrize("text", KEEPS)
def test_good_persian_passes(text):
    assert list(check(text)) == []


def test_every_rule_has_a_text_that_breaks_it():
    assert {rule.name for rule in RULES} | {"term"} == set(BREAKS)


def test_the_first_lesson_may_name_what_other_books_say():
    assert rules_broken_by("تابع فعالیت") == {"term"}
    assert list(check("تابع فعالیت", other_names=True)) == []


def test_a_finding_shows_the_place_and_the_remedy():
    (finding,) = check("در این درس گرادیان نزولی را می‌بینیم.")
    assert "گرادیان نزولی" in finding.excerpt
    assert "گرادیان کاهشی" in finding.advice
