"""What an activation function is: its formulas, what is known about it, and its value and derivatives."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.typing import ArrayLike

from course_lib.activations.floats import Doubles, evaluate_elementwise
from course_lib.activations.interval import REALS, Interval
from course_lib.language import Text, digits, html, isolate

if TYPE_CHECKING:
    from torch import nn

FLAT = 0.05
"""Where the slope is below this share of the steepest slope, the course calls a function flat, or saturated."""


@dataclass(frozen=True)
class Source:
    """Where an activation was proposed, or first used as one.

    Attributes:
        authors: As printed on the paper, shortened to family names.
        year: Year of publication.
        title: Title of the paper.
        arxiv: arXiv identifier, if the paper has one.
        doi: Digital object identifier, if it has one.
        url: Where to read it, if it has neither.
    """

    authors: str
    year: int
    title: str
    arxiv: str = ""
    doi: str = ""
    url: str = ""

    @property
    def link(self) -> str:
        """The address of the paper."""
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}). {self.title}. {self.link}"


@dataclass(frozen=True)
class Parameter:
    """A number that shapes an activation, such as the negative slope of Leaky ReLU.

    Attributes:
        name: The keyword that sets it; torch's name where torch has one.
        symbol: LaTeX, without dollar signs.
        default: Its value if nothing is said.
        low: Where a slider starts.
        high: Where a slider ends.
        title: What it is called.
        domain: All values that make sense; wider than the slider.
    """

    name: str
    symbol: str
    default: float
    low: float
    high: float
    title: Text
    domain: Interval = REALS

    def check(self, value: Any) -> float:
        """Return ``value`` as a float.

        Raises:
            TypeError: If it is not a real number.
            ValueError: If it is not finite or lies outside the domain.
        """
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(
                Text(
                    en=f"{self.name} must be a number, not {value!r}.",
                    fa=f"مقدار {self.name} باید عدد باشد، نه «{value}».",
                )
            )
        number = float(value)
        if not math.isfinite(number) or number not in self.domain:
            raise ValueError(
                Text(
                    en=f"{self.name} must be a finite number in {self.domain}, not {number!r}. "
                    f"The default is {self.default:g}.",
                    fa=f"مقدار {self.name} باید عددی متناهی در بازهٔ {isolate(str(self.domain))} باشد، "
                    f"نه {isolate(repr(number))}. "
                    f"مقدار پیش‌فرض {digits(f'{self.default:g}')} است.",
                )
            )
        return number


@dataclass(frozen=True, repr=False)
class Activation(ABC):
    """An activation function with its derivatives and all that the course says about it.

    A subclass is a frozen dataclass whose fields are the parameters. It states the facts as class attributes and
    implements the formulas on float64 arrays, side by side: ``_value``, ``_derivative``, ``_second_derivative`` and
    ``_antiderivative``. This class adds the rest: dtypes, scalars, NaN, checks and printing. Two activations of the
    same kind with the same parameters are equal.

    Attributes:
        name: The key in the catalogue.
        title: What it is called.
        formula: LaTeX, without dollar signs.
        derivative_formula: LaTeX, without dollar signs.
        source: Where it was proposed.
        parameters: The parameters it takes, described.
        elementwise: Whether each output depends on one input only; false for softmax.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    formula: ClassVar[str]
    derivative_formula: ClassVar[str]
    source: ClassVar[Source]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for parameter in self.parameters:
            value = parameter.check(getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, value)

    @property
    @abstractmethod
    def range(self) -> Interval:
        """The values that the function takes in exact arithmetic (in floats an open end may be reached by rounding)."""

    @property
    def monotonic(self) -> bool:
        """Whether the function never changes direction; for softmax, each output as a function of its own logit."""
        return True

    @property
    def zero_centred(self) -> bool:
        """Whether the function is odd, so that an input symmetric about 0 gives an output of mean 0."""
        return False

    @property
    def kinks(self) -> tuple[float, ...]:
        """The inputs at which the function or its first derivative jumps.

        There the derivative is the one that torch's autograd uses: ReLU′(0) = 0, and for the other functions with a
        kink at 0 the limit from the left.
        """
        return ()

    @property
    def smooth(self) -> bool:
        """Whether function and first derivative are continuous everywhere, that is, whether there are no kinks."""
        return not self.kinks

    @property
    def values(self) -> dict[str, float]:
        """The value of each parameter."""
        return {parameter.name: getattr(self, parameter.name) for parameter in self.parameters}

    def __call__(self, x: ArrayLike) -> Any:
        """Return the function at ``x``.

        Args:
            x: Floats (float16, float32 or float64) of any shape.

        Returns:
            The same shape and dtype; a NumPy scalar for a scalar. NaN where ``x`` is NaN, the limit at ±inf.

        Raises:
            TypeError: If ``x`` does not hold real floats.
        """
        return evaluate_elementwise(self._value, x)

    def derivative(self, x: ArrayLike) -> Any:
        """Return the derivative at ``x``, by its formula; arguments and result as for a call."""
        return evaluate_elementwise(self._derivative, x)

    def second_derivative(self, x: ArrayLike) -> Any:
        """Return the second derivative at ``x``; at a kink the one of the side that `derivative` takes."""
        return evaluate_elementwise(self._second_derivative, x)

    def antiderivative(self, x: ArrayLike) -> Any:
        """Return the integral of the function from 0 to ``x``, in closed form.

        Args:
            x: Floats, as for a call.

        Returns:
            The same shape and dtype. Close to 0 GELU's is accurate to float64's eps absolutely, not relatively.

        Raises:
            NotImplementedError: If there is none: for softmax and the tanh form of GELU.
        """
        return evaluate_elementwise(self._antiderivative, x)

    @abstractmethod
    def _value(self, x: Doubles) -> Doubles: ...

    @abstractmethod
    def _derivative(self, x: Doubles) -> Doubles: ...

    @abstractmethod
    def _second_derivative(self, x: Doubles) -> Doubles: ...

    @abstractmethod
    def _antiderivative(self, x: Doubles) -> Doubles: ...

    def module(self) -> nn.Module:
        """Return the function as a torch module with the same parameters. Imports torch."""
        from course_lib.nn import module

        return module(self)

    def __repr__(self) -> str:
        arguments = "".join(f", {name}={value:g}" for name, value in self.values.items())
        facts = [f"range {self.range}", "monotonic" if self.monotonic else "not monotonic"]
        facts.append("smooth" if self.smooth else f"kink at {', '.join(f'{kink:g}' for kink in self.kinks)}")
        if self.zero_centred:
            facts.append("zero-centred")
        return f"<{self.name}{arguments}: {'; '.join(facts)}; {self.source.authors} {self.source.year}>"

    def _repr_html_(self) -> str:
        def same(text: str) -> Text:
            return Text(en=text, fa=text)

        def answer(holds: bool) -> Text:
            return Text(en="yes", fa="بله") if holds else Text(en="no", fa="خیر")

        def formula(latex: str) -> Text:
            return same(f'<span dir="ltr">${escape(latex)}$</span>')

        rows = [
            (Text(en="formula", fa="فرمول"), formula(self.formula)),
            (Text(en="derivative", fa="مشتق"), formula(self.derivative_formula)),
            (Text(en="range", fa="بازهٔ مقدارها"), formula(self.range.latex)),
            (Text(en="monotonic", fa="یکنوا"), answer(self.monotonic)),
            (Text(en="smooth", fa="هموار"), answer(self.smooth)),
            (Text(en="zero-centred", fa="صفرمرکز"), answer(self.zero_centred)),
        ]
        rows += [
            (parameter.title, formula(f"{parameter.symbol} = {value:g}"))
            for parameter, value in zip(self.parameters, self.values.values(), strict=True)
        ]
        paper = f"{escape(self.source.authors)} ({self.source.year})"
        rows.append((Text(en="source", fa="منبع"), same(f'<bdi><a href="{self.source.link}">{paper}</a></bdi>')))
        return html(
            en=_table(self.title.en, [(name.en, value.en) for name, value in rows]),
            fa=_table(self.title.fa, [(name.fa, value.fa) for name, value in rows]),
        )


def _table(caption: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row" style="text-align: start">{name}</th><td style="text-align: start">{value}</td></tr>'
        for name, value in rows
    )
    return f"<table><caption>{caption}</caption>{cells}</table>"
