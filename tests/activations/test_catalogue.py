"""The catalogue: its names, its errors, what it prints, and that it is light."""

from __future__ import annotations

import json
import math
import pickle
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from html import unescape
from typing import Any

import pytest
from cases import each_activation

from course_lib import activations
from course_lib.activations import Activation

LESSON_ORDER = ["step", "linear", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "selu", "softmax"]
PERSIAN = re.compile("[آ-ی]")


def test_the_twelve_in_lesson_order() -> None:
    assert list(activations.names()) == [*LESSON_ORDER, "swish", "gelu"]
    assert activations.names(beyond=True)[:12] == activations.names()
    assert "gelu_tanh" in activations.names(beyond=True)


@each_activation
def test_entry_is_complete(function: Activation) -> None:
    assert activations.get(function.name, **function.values) == function
    assert function.title.en
    assert function.title.fa
    assert "$" not in function.formula + function.derivative_formula
    for latex in (function.formula, function.derivative_formula):
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\begin") == latex.count(r"\end")
    source = function.source
    assert 1940 <= source.year <= 2030
    assert re.fullmatch(r"\d{4}\.\d{4,5}", source.arxiv) or source.doi.startswith("10.") or source.url
    assert source.link.startswith("https://")
    assert str(source.year) in str(source)


@each_activation
def test_parameters_are_described(function: Activation) -> None:
    defaults = {field.name: field.default for field in fields(function)}
    for parameter in function.parameters:
        assert defaults[parameter.name] == parameter.default
        assert parameter.low <= parameter.default <= parameter.high
        assert all(bound in parameter.domain for bound in (parameter.low, parameter.default, parameter.high))
        assert parameter.symbol
        assert PERSIAN.search(parameter.title.fa)
        assert (
            activations.get(function.name, **{parameter.name: parameter.high}).values[parameter.name] == parameter.high
        )


@each_activation
def test_an_activation_is_a_value(function: Activation) -> None:
    assert activations.get(function) is not None
    assert activations.get(function) == function
    assert hash(activations.get(function)) == hash(function)
    assert pickle.loads(pickle.dumps(function)) == function
    with pytest.raises(FrozenInstanceError):
        function.name = "other"  # type: ignore[misc]


def test_parameters_tell_activations_apart() -> None:
    elu = activations.get("elu")
    assert activations.get(elu, alpha=2) == activations.get("elu", alpha=2.0) != elu
    assert activations.get("gelu") != activations.get("gelu_tanh")


@pytest.mark.parametrize(
    ("name", "close"),
    [("gellu", "gelu"), ("Leaky ReLU", "leaky_relu"), ("TanH", "tanh"), ("soft-max", "softmax"), (["gelu"], "gelu")],
)
def test_unknown_name(name: Any, close: str) -> None:
    with pytest.raises(ValueError, match=f"Did you mean '{close}'") as caught:
        activations.get(name)
    assert f"«{close}»" in str(caught.value).splitlines()[1]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("silu", "swish"),
        ("SiLU", "swish"),
        ("identity", "linear"),
        ("Heaviside", "step"),
        ("logistic", "sigmoid"),
        ("GELU", "gelu"),
        ("gelu-tanh", "gelu_tanh"),
        (" ReLU ", "relu"),
        ("Leaky ReLU", "leaky_relu"),
    ],
)
def test_another_name_or_spelling_of_one_suggests_that_one_alone(name: str, meant: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"Did you mean '{meant}'? The")) as caught:
        activations.get(name)
    assert f"«{meant}» بود؟" in str(caught.value)


@pytest.mark.parametrize("name", ["xyz", "", None, 3])
def test_unknown_name_that_is_close_to_none(name: Any) -> None:
    with pytest.raises(ValueError, match=r"There is no activation [^?]*The course knows: step, linear") as caught:
        activations.get(name)
    assert PERSIAN.search(str(caught.value))


def test_unknown_parameter() -> None:
    with pytest.raises(TypeError, match="Did you mean 'alpha'") as caught:
        activations.get("elu", alfa=1.0)
    assert "«alpha»" in str(caught.value)
    with pytest.raises(TypeError, match=r"has no parameters.*\n.*پارامتری ندارد"):
        activations.get("relu", negative_slope=0.1)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("swish", {"beta": -1.0}),
        ("swish", {"beta": math.inf}),
        ("elu", {"alpha": 0.0}),
        ("elu", {"alpha": -1.0}),
        ("leaky_relu", {"negative_slope": -0.1}),
        ("leaky_relu", {"negative_slope": math.nan}),
        ("prelu", {"slope": math.nan}),
        ("linear", {"slope": math.inf}),
    ],
)
def test_parameter_outside_its_domain(name: str, values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=rf"{next(iter(values))} must be a finite number in .*\n.*عددی متناهی"):
        activations.get(name, **values)


@pytest.mark.parametrize("value", ["0.1", None, True, 1j, [0.1]], ids=repr)
def test_parameter_that_is_no_number(value: Any) -> None:
    with pytest.raises(TypeError, match=r"slope must be a number.*\n.*باید عدد باشد"):
        activations.get("prelu", slope=value)


@each_activation
def test_repr(function: Activation) -> None:
    text = repr(function)
    assert function.name in text
    assert str(function.range) in text
    assert str(function.source.year) in text
    for name, value in function.values.items():
        assert f"{name}={value:g}" in text


@each_activation
def test_html_carries_both_languages_and_escapes_formulas(function: Activation) -> None:
    page = function._repr_html_()
    english, persian = page.split('lang="fa"')
    assert not PERSIAN.search(english)
    assert PERSIAN.search(persian)
    formulas = re.findall(r"\$(.*?)\$", page)
    assert not any(re.search("[<>]", formula) for formula in formulas)
    assert [unescape(formula) for formula in formulas[:2]] == [function.formula, function.derivative_formula]
    assert function.source.link in page


def loaded_by(statement: str) -> set[str]:
    program = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    return set(json.loads(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout))


def test_imports_are_light() -> None:
    heavy = {"torch", "matplotlib", "scipy", "pandas", "IPython"}
    assert not heavy & loaded_by("import course_lib")
    assert "numpy" not in loaded_by("import course_lib")
    use = "from course_lib import activations as a; [a.get(n) for n in a.names()]; a.get('relu')(1.0)"
    assert not heavy & loaded_by(use)
    assert "torch" in loaded_by("from course_lib import activations as a; a.get('relu').module()")
