"""The glossary: one Persian term per concept, in the whole course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from html import escape
from typing import NamedTuple

from course_lib.language.text import Text, UnknownNameError, html


class Term(NamedTuple):
    """A concept of the course.

    Attributes:
        en: The English term.
        fa: The Persian term.
        avoid: Persian terms and spellings for the same concept that the course does not use.
    """

    en: str
    fa: str
    avoid: tuple[str, ...] = ()


class Glossary:
    """The terms of the course, in the order in which a learner meets them."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self._terms = {term.en: term for term in terms}

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def __len__(self) -> int:
        return len(self._terms)

    def term(self, en: str) -> Text:
        """Return a term in both languages.

        Args:
            en: The English term, for instance ``"dead neuron"``.

        Raises:
            UnknownNameError: The glossary lacks the term; the message lists close ones.
        """
        if en not in self._terms:
            close = ", ".join(get_close_matches(en, self._terms)) or "—"
            raise UnknownNameError(
                Text(
                    en=f"The glossary has no term “{en}”. Close ones: {close}.",
                    fa=f"واژه‌نامه واژهٔ «{en}» را ندارد. نزدیک‌ترین‌ها: {close}.",
                )
            )
        return Text(en=en, fa=self._terms[en].fa)

    def __repr__(self) -> str:
        width = max(map(len, self._terms))
        return "\n".join(f"{term.en:<{width}}  {term.fa}" for term in self)

    def _repr_html_(self) -> str:
        # One table for both languages; each block shows it from its own side.
        return html(self._table("en", "fa"), self._table("fa", "en"))

    def _table(self, *languages: str) -> str:
        directions = {"en": "ltr", "fa": "rtl"}
        titles = {"en": "English", "fa": "فارسی"}

        def cells(tag: str, words: Mapping[str, str]) -> str:
            return "".join(
                f'<{tag} lang="{language}"><bdi dir="{directions[language]}">{escape(words[language])}</bdi></{tag}>'
                for language in languages
            )

        rows = "".join(f"<tr>{cells('td', {'en': term.en, 'fa': term.fa})}</tr>" for term in self)
        return f"<table><thead><tr>{cells('th', titles)}</tr></thead><tbody>{rows}</tbody></table>"


glossary = Glossary(
    (
        Term("activation function", "تابع فعال‌سازی", ("تابع فعالیت", "تابع فعال‌ساز", "تابع فعال سازی")),
        Term("neural network", "شبکهٔ عصبی", ("شبکه عصبی",)),
        Term("neuron", "نورون", ("نرون",)),
        Term("layer", "لایه"),
        Term("hidden layer", "لایهٔ پنهان", ("لایه پنهان", "لایهٔ مخفی", "لایه مخفی")),
        Term("output layer", "لایهٔ خروجی", ("لایه خروجی",)),
        Term("weight", "وزن"),
        Term("bias", "بایاس", ("سوگیری", "اریبی")),
        Term("input", "ورودی"),
        Term("output", "خروجی"),
        Term("target", "هدف"),
        Term("forward pass", "گذر رو به جلو"),
        Term("backpropagation", "پس‌انتشار", ("پس انتشار", "انتشار رو به عقب", "بازانتشار")),
        Term("gradient", "گرادیان"),
        Term("derivative", "مشتق"),
        Term("slope", "شیب"),
        Term("gradient descent", "گرادیان کاهشی", ("گرادیان نزولی", "کاهش گرادیان")),
        Term("vanishing gradient", "محوشدگی گرادیان", ("محو شدگی", "ناپدید شدن گرادیان", "محو شدن گرادیان")),
        Term("exploding gradient", "انفجار گرادیان"),
        Term("saturation", "اشباع"),
        Term("dead neuron", "نورون مرده"),
        Term("dying ReLU", "مرگ نورون‌ها در ReLU"),
        Term("loss", "زیان", ("ضرر",)),
        Term("loss function", "تابع زیان", ("تابع هزینه", "تابع اتلاف")),
        Term("cross-entropy", "آنتروپی متقاطع", ("آنتروپی متقابل", "کراس آنتروپی", "کراس‌آنتروپی")),
        Term("logit", "لاجیت", ("لوجیت", "لجیت")),
        Term("training", "آموزش"),
        Term("validation", "اعتبارسنجی", ("اعتبار سنجی",)),
        Term("test", "آزمون"),
        Term("learning rate", "نرخ یادگیری", ("نرخ آموزش",)),
        Term("epoch", "دور", ("ایپاک", "اپوک")),
        Term("step", "گام"),
        Term("batch", "دسته", ("بچ",)),
        Term("initialisation", "مقداردهی اولیه", ("مقدار دهی", "مقداردهی آغازین")),
        Term("random seed", "بذر تصادفی", ("دانهٔ تصادفی", "سید تصادفی")),
        Term("batch normalisation", "نرمال‌سازی دسته‌ای", ("نرمال سازی",)),
        Term("dropout", "حذف تصادفی", ("دراپ‌اوت", "دراپ اوت")),
        Term("regression", "رگرسیون", ("رگراسیون",)),
        Term("classification", "دسته‌بندی", ("طبقه‌بندی", "دسته بندی")),
        Term("binary classification", "دسته‌بندی دودویی", ("دسته‌بندی باینری",)),
        Term("multi-class classification", "دسته‌بندی چندکلاسه", ("چند کلاسه",)),
        Term("multi-label classification", "دسته‌بندی چندبرچسبی", ("چند برچسبی",)),
        Term("probability", "احتمال"),
        Term("distribution", "توزیع"),
        Term("normal", "نرمال"),
        Term("mean", "میانگین"),
        Term("variance", "واریانس"),
        Term("confidence interval", "بازهٔ اطمینان", ("بازه اطمینان", "فاصلهٔ اطمینان", "فاصله اطمینان")),
        Term("monotonic", "یکنوا"),
        Term("bounded", "کران‌دار", ("کراندار", "کران دار")),
        Term("smooth", "هموار"),
        Term("differentiable", "مشتق‌پذیر", ("مشتق پذیر", "مشتقپذیر")),
        Term("zero-centred", "صفرمرکز", ("صفر مرکز",)),
        Term("step function", "تابع پله‌ای", ("تابع پله ای",)),
        Term("linear", "خطی"),
        Term("sigmoid", "سیگموئید", ("سیگموید", "سیگمویید", "زیگموئید")),
        Term("tanh", "تانژانت هذلولوی", ("تانژانت هایپربولیک", "تانژانت هیپربولیک")),
        Term("overfitting", "بیش‌برازش", ("بیش برازش",)),
        Term("generalisation", "تعمیم"),
        Term("exercise", "تمرین"),
        Term("solution", "پاسخ"),
        Term("hint", "راهنمایی"),
        Term("grade", "نمره"),
    )
)
