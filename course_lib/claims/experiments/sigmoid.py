"""The experiments of lesson 03: the sigmoid as a probability, its slope in floats, its centre and its gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from course_lib import activations, data
from course_lib.activations import FLAT, Activation
from course_lib.activations.activation import Source
from course_lib.activations.interval import Interval as Range
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.calibration import brier_score, calibration_error, reliability
from course_lib.claims.experiments.comparison import (
    Doubles,
    paired_difference,
    rates_in_words,
    scores,
    seeds_from,
    steps_to,
)
from course_lib.claims.experiments.untrained import Untrained, first_gradient
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits

_FLOATS = {
    "float16": (torch.float16, torch.int16),
    "bfloat16": (torch.bfloat16, torch.int16),
    "float32": (torch.float32, torch.int32),
    "float64": (torch.float64, torch.int64),
}
"""The floating-point types, and the integers whose order is that of their positive numbers."""


def _slope(x: torch.Tensor) -> torch.Tensor:
    """Return σ′, computed in float64 by its exact formula and rounded once to the type of ``x``."""
    exact = activations.get("sigmoid").derivative(x.double().numpy())
    return torch.from_numpy(exact).to(x.dtype)


def _autograd(x: torch.Tensor) -> torch.Tensor:
    """Return σ′ as torch's backpropagation computes it, from the rounded output: σ·(1 − σ)."""
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(torch.sigmoid(leaf).sum(), leaf)[0]


def first_zero(slope: Any, dtype: torch.dtype, integer: torch.dtype) -> float:
    """Return the smallest positive number at which a falling slope is exactly 0, or infinity's lower neighbour.

    The positive numbers of a floating-point type have the order of their bit patterns, so bisection over the patterns
    looks at no more than 63 of them.

    Args:
        slope: from tensor to tensor.
        dtype: the floating-point type.
        integer: the integer type of the same size.
    """

    def at(pattern: int) -> torch.Tensor:
        return torch.tensor([pattern], dtype=integer).view(dtype)

    low, high = 0, int(torch.tensor([torch.finfo(dtype).max], dtype=dtype).view(integer))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if float(slope(at(middle))) == 0 else (middle, high)
    return float(at(high))


def smooth(*, points: int, device: str | None) -> Result:
    """Compare the sigmoid's slope with difference quotients, and find where it becomes exactly 0 in floats.

    Measures:
        quotient_gap: largest distance between σ′ and the difference quotient over ±10⁻⁴, for |x| ≤ 40.
        zero_float16, zero_bfloat16, zero_float32, zero_float64: smallest positive x whose σ′ rounds to 0.
        autograd_float16, autograd_bfloat16, autograd_float32, autograd_float64: the same for the slope that torch's
            backpropagation computes.
    """
    sigmoid = activations.get("sigmoid")
    x, step = np.linspace(-40, 40, points), 1e-4
    quotient = (sigmoid(x + step) - sigmoid(x - step)) / (2 * step)
    rounded = {name: first_zero(_slope, *types) for name, types in _FLOATS.items()}
    autograd = {name: first_zero(_autograd, *types) for name, types in _FLOATS.items()}
    return Result(
        {
            "quotient_gap": Interval.exact(float(np.abs(quotient - sigmoid.derivative(x)).max())),
            **{f"zero_{name}": Interval.exact(x) for name, x in rounded.items()},
            **{f"autograd_{name}": Interval.exact(x) for name, x in autograd.items()},
        },
        Text(
            en=f"Computed, not sampled: difference quotients at {points:,} numbers from −40 to 40 in float64; the "
            "first zeros by bisection over all positive numbers of each type.",
            fa=f"محاسبه، نه نمونه‌گیری: خارج‌قسمت تفاضل در {digits(f'{points:,}')} عدد از \u200e−۴۰ تا ۴۰ با float64؛ "
            "نخستین صفرها با نصف کردن بازه در میان همهٔ عددهای مثبت هر نوع.",
        ),
        {"rounded": rounded, "autograd": autograd},
    )


def three(*, points: int, device: str | None) -> Result:
    """Compare the sigmoid's slope at ±3 and ±6 with its steepest slope.

    Measures:
        at_three: σ′(±3) / σ′(0), the larger of the two.
        at_six: σ′(±6) / σ′(0), likewise.
        flat_from: the |x| at which the slope falls to 5 % of the steepest, which the course calls flat.
        outside: the largest share of the steepest slope at numbers beyond ±3 (up to 40).
    """
    sigmoid = activations.get("sigmoid")
    peak = float(sigmoid.derivative(0.0))

    def share(x: Any) -> Any:
        return sigmoid.derivative(x) / peak

    beyond = np.linspace(3, 40, points)[1:]
    shown = np.linspace(-8, 8, 321)
    return Result(
        {
            "at_three": Interval.exact(max(share(-3.0), share(3.0))),
            "at_six": Interval.exact(max(share(-6.0), share(6.0))),
            "flat_from": Interval.exact(brentq(lambda x: share(x) - FLAT, 0.0, 40.0)),
            "outside": Interval.exact(float(np.maximum(share(beyond), share(-beyond)).max())),
        },
        Text(
            en=f"Computed in float64; beyond ±3 at {points - 1:,} numbers on each side.",
            fa=f"محاسبه با float64؛ بیرون از \u200e±۳ در {digits(f'{points - 1:,}')} عدد در هر سو.",
        ),
        {"x": shown, "share": share(shown), "flat": FLAT},
    )


def positive_grad(*, depth: int, width: int, seeds: int, first_seed: int, device: str | None) -> Result:
    """Follow the gradient through untrained networks whose slopes have one sign, the other, and the size of 1.

    The mirrored sigmoid σ(−x) has a negative slope everywhere; Leaky ReLU's is positive everywhere, like the sigmoid's.

    Measures:
        steepest: the sigmoid's largest slope.
        sigmoid_left: norm of the gradient at the first hidden layer's pre-activations over that at the last's.
        mirrored_left: the same with the mirrored sigmoid.
        leaky_left: the same with Leaky ReLU.
        bound_used: the largest share that a sigmoid's gradient reaches of its bound, the product of ¼·‖W‖₂ over the
            layers; 1 would be all of it.
    """
    sigmoid, leaky = activations.get("sigmoid"), activations.get("leaky_relu")
    digits_set = data.load("digits")
    steepest = float(sigmoid.derivative(np.linspace(-10, 10, 2001)).max())

    def networks(value: Any, derivative: Any, initialisation: str) -> list[Untrained]:
        return [
            first_gradient(
                value, derivative, digits_set, depth=depth, width=width, initialisation=initialisation, seed=seed
            )
            for seed in seeds_from(first_seed, seeds)
        ]

    found = {
        "sigmoid": networks(sigmoid, sigmoid.derivative, "glorot"),
        "mirrored": networks(lambda z: sigmoid(-z), lambda z: -sigmoid.derivative(-z), "glorot"),
        "leaky_relu": networks(leaky, leaky.derivative, "he"),
    }
    left = {name: np.stack([network.left for network in group], axis=1) for name, group in found.items()}
    bounds = np.stack([network.bound(steepest) for network in found["sigmoid"]], axis=1)
    return Result(
        {
            "steepest": Interval.exact(steepest),
            "sigmoid_left": Interval.of_ratios(left["sigmoid"][0]),
            "mirrored_left": Interval.of_ratios(left["mirrored"][0]),
            "leaky_left": Interval.of_ratios(left["leaky_relu"][0]),
            "bound_used": Interval.exact(float((left["sigmoid"] / bounds)[:-1].max())),
        },
        Text(
            en=f"Digits, 64 examples; untrained networks of {depth} hidden layers with {width} units in float64; "
            f"Glorot initialisation for the sigmoids, He for Leaky ReLU; {seeds} seeds; geometric means with "
            "Student’s t intervals of the logarithms.",
            fa=f"رقم‌های دست‌نویس، ۶۴ نمونه؛ شبکه‌های آموزش‌ندیده با {digits(str(depth))} لایهٔ پنهان و "
            f"{digits(str(width))} نورون در هر لایه با float64؛ مقداردهی گلوروت برای سیگموئیدها و هی برای Leaky ReLU؛ "
            f"{digits(str(seeds))} بذر؛ میانگین هندسی با بازهٔ تی استیودنتِ لگاریتم‌ها.",
        ),
        {"left": left, "bound": bounds},
    )


def vanish(
    *,
    depths: Sequence[int],
    width: int,
    shallow: int,
    deep: int,
    deepest: int,
    sgd_rates: Sequence[float],
    adam_rates: Sequence[float],
    steps: int,
    seeds: int,
    first_seed: int,
) -> Steps:
    """Measure how gradients shrink with depth, and whether sigmoid networks learn all the same.

    Measures:
        shrink_shallow: norm of the first over that of the last hidden layer's weight gradient before training, in the
            shallowest network with Glorot initialisation.
        shrink_deep: the same in the deepest.
        shrink_scaled: the same in the deepest, weights four times as large.
        shallow_sgd: test accuracy of the network with the fewest hidden layers, SGD.
        deep_sgd: test accuracy of the network with more hidden layers, SGD.
        deep_adam: the same, Adam.
        deepest_adam: test accuracy of the network with the most hidden layers, Adam.
    """
    sigmoid, digits_set = activations.get("sigmoid"), data.load("digits")
    factors = {"usual": 1.0, "scaled": 4.0}
    shrink = {
        name: np.array(
            [
                [_shrink(sigmoid, digits_set, depth, width, seed, scale) for seed in seeds_from(first_seed, seeds)]
                for depth in depths
            ]
        )
        for name, scale in factors.items()
    }
    sgd, adam = yield [
        Task(
            "comparison.scores",
            {
                "kinds": {
                    name: {"activation": "sigmoid", "hidden": [width] * layers, "initialisation": "glorot"}
                    for name, layers in kinds.items()
                },
                "optimiser": optimiser,
                "learning_rates": list(rates),
                "dataset": "digits",
                "seeds": seeds,
                "first_seed": first_seed,
                "steps": steps,
                "probe_every": steps,
            },
        )
        for optimiser, kinds, rates in (
            ("sgd", {"shallow": shallow, "deep": deep}, sgd_rates),
            ("adam", {"shallow": shallow, "deep": deep, "deepest": deepest}, adam_rates),
        )
    ]
    chosen = {optimiser: rates_in_words(found) for optimiser, found in (("SGD", sgd), ("Adam", adam))}
    return Result(
        {
            "shrink_shallow": Interval.of_ratios(shrink["usual"][0]),
            "shrink_deep": Interval.of_ratios(shrink["usual"][-1]),
            "shrink_scaled": Interval.of_ratios(shrink["scaled"][-1]),
            "shallow_sgd": Interval.of(sgd["shallow"]["test_accuracy"]),
            "deep_sgd": Interval.of(sgd["deep"]["test_accuracy"]),
            "deep_adam": Interval.of(adam["deep"]["test_accuracy"]),
            "deepest_adam": Interval.of(adam["deepest"]["test_accuracy"]),
        },
        Text(
            en=f"Digits; gradients of 64 examples in untrained networks of {min(depths)} to {max(depths)} hidden "
            f"layers in float64; training: {shallow}, {deep} and {deepest} hidden layers, {steps} steps, batch 64. "
            f"Layers of {width} units, Glorot initialisation. Learning rates by validation loss: "
            + "; ".join(f"{name} {words.en}" for name, words in chosen.items())
            + f". {seeds} seeds; Student’s t intervals.",
            fa=f"رقم‌های دست‌نویس؛ گرادیان ۶۴ نمونه در شبکه‌های آموزش‌ندیده با {digits(str(min(depths)))} تا "
            f"{digits(str(max(depths)))} لایهٔ پنهان با float64؛ آموزش: {digits(str(shallow))}، {digits(str(deep))} و "
            f"{digits(str(deepest))} لایهٔ پنهان، {digits(str(steps))} گام، دستهٔ ۶۴ تایی. لایه‌ها با "
            f"{digits(str(width))} نورون و مقداردهی "
            "گلوروت. نرخ یادگیری به کمک زیان اعتبارسنجی: "
            + "؛ ".join(f"{name}: {words.fa}" for name, words in chosen.items())
            + f". {digits(str(seeds))} بذر؛ بازه‌های تی استیودنت.",
        ),
        {"depths": tuple(depths), "shrink": shrink},
    )


def _shrink(sigmoid: Activation, dataset: data.Dataset, depth: int, width: int, seed: int, scale: float) -> float:
    """Return the norm of the first hidden layer's weight gradient over that of the last's."""
    network = first_gradient(
        sigmoid, sigmoid.derivative, dataset, depth=depth, width=width, initialisation="glorot", seed=seed, scale=scale
    )
    norms = [float(np.linalg.norm(gradient)) for gradient in network.gradients]
    return norms[0] / norms[-1]


@dataclass(frozen=True, repr=False)
class CentredSigmoid(Activation):
    """The sigmoid moved down by a half, and stretched: height·(σ(x) − ½) = height/2 · tanh(x/2).

    With height 1 it has the sigmoid's slope and differs from it by a constant only; with height 2 it is 2σ(x) − 1.
    A network with one can compute whatever a network with the other can.
    """

    height: float = 1.0

    name = "centred_sigmoid"
    title = Text(en="Centred sigmoid", fa="سیگموئید صفرمرکز")
    formula = r"h\,\bigl(\sigma(x) - \tfrac12\bigr)"
    derivative_formula = r"h\,\sigma(x)\,\bigl(1 - \sigma(x)\bigr)"
    source = Source("LeCun, Bottou, Orr & Müller", 1998, "Efficient BackProp", doi="10.1007/3-540-49430-8_2")
    zero_centred = True

    @property
    def range(self) -> Range:
        """The values between plus and minus half the height."""
        return Range(-self.height / 2, self.height / 2)

    def _value(self, x: Doubles) -> Doubles:
        return self.height / 2 * np.tanh(x / 2)

    def _derivative(self, x: Doubles) -> Doubles:
        slope: Doubles = activations.get("sigmoid").derivative(x)
        return self.height * slope

    def _second_derivative(self, x: Doubles) -> Doubles:
        bend: Doubles = activations.get("sigmoid").second_derivative(x)
        return self.height * bend

    def _antiderivative(self, x: Doubles) -> Doubles:
        area: Doubles = activations.get("sigmoid").antiderivative(x)
        return self.height * (area - x / 2)


def one_sign(network: Untrained, layer: int) -> tuple[float, float]:
    """Return how far the weight gradients of a unit agree in sign.

    Args:
        network: with its first gradient.
        layer: number of the hidden layer, from 0.

    Returns:
        The share of (unit, example) pairs in which all of the unit's weights are pushed the same way; and, for the
        gradient of all examples together, the share of a unit's weights that are pushed the way of the majority.
    """
    each = network.deltas[layer][:, :, None] * network.inputs[layer][:, None, :]
    agreeing = (each > 0).all(axis=-1) | (each < 0).all(axis=-1)
    upwards = (network.gradients[layer] > 0).mean(axis=-1)
    return float(agreeing.mean()), float(np.maximum(upwards, 1 - upwards).mean())


def centre(
    *,
    shallow: int,
    deep: int,
    width: int,
    learning_rates: Sequence[float],
    steps: int,
    target_loss: float,
    seeds: int,
    first_seed: int,
    device: str | None,
) -> Result:
    """See whether the sigmoid's positive outputs tie the signs of gradients together, and what that costs.

    The centred sigmoid σ(x) − ½ differs from the sigmoid by a constant, so whatever it gains, it gains by its centre.

    Measures:
        agreement_sigmoid: share of (unit, example) pairs of the second hidden layer in which all weight gradients of
            the unit have one sign, before training.
        agreement_tanh: the same with tanh.
        batch_sigmoid: share of a unit's weights whose gradient has the sign of the majority, over 64 examples.
        batch_tanh: the same with tanh.
        speedup_shallow: steps to the target training loss, sigmoid over centred sigmoid, few hidden layers.
        speedup_deep: the same, more hidden layers. A sigmoid network that never gets there counts with the last step.
        accuracy_deep: test accuracy at the end, centred sigmoid − sigmoid, more hidden layers.
    """
    digits_set = data.load("digits")
    agreement = {
        name: np.array(
            [
                one_sign(
                    first_gradient(
                        function, function.derivative, digits_set, depth=2, width=width, initialisation="glorot",
                        seed=seed,
                    ),
                    layer=1,
                )
                for seed in seeds_from(first_seed, seeds)
            ]
        )
        for name, function in ((name, activations.get(name)) for name in ("sigmoid", "tanh"))
    }  # fmt: skip
    functions: dict[str, Activation | str] = {
        "sigmoid": "sigmoid",
        "σ(x) − ½": CentredSigmoid(),
        "2σ(x) − 1": CentredSigmoid(2.0),
        "tanh": "tanh",
    }
    found = {
        depth: scores(
            kinds={
                name: {"activation": function, "hidden": (width,) * depth, "initialisation": "glorot"}
                for name, function in functions.items()
            },
            dataset="digits",
            learning_rates=learning_rates,
            seeds=seeds,
            first_seed=first_seed,
            steps=steps,
            probe_every=5,
            device=device,
        )
        for depth in (shallow, deep)
    }

    def speedup(depth: int) -> Interval:
        needed = [
            steps_to(found[depth][name]["train_loss"], found[depth][name]["steps"], target_loss)
            for name in ("sigmoid", "σ(x) − ½")
        ]
        return Interval.of_ratios(needed[0] / needed[1])

    rates = rates_in_words(found[deep])
    return Result(
        {
            "agreement_sigmoid": Interval.of(agreement["sigmoid"][:, 0]),
            "agreement_tanh": Interval.of(agreement["tanh"][:, 0]),
            "batch_sigmoid": Interval.of(agreement["sigmoid"][:, 1]),
            "batch_tanh": Interval.of(agreement["tanh"][:, 1]),
            "speedup_shallow": speedup(shallow),
            "speedup_deep": speedup(deep),
            "accuracy_deep": paired_difference(found[deep]["σ(x) − ½"], found[deep]["sigmoid"]),
        },
        Text(
            en=f"Digits; {shallow} and {deep} hidden layers of {width} units, Glorot initialisation, SGD, batch 64, "
            f"{steps} steps; learning rate of each by validation loss from {len(learning_rates)} values (with {deep} "
            f"layers: {rates.en}); target training loss {target_loss:g}; {seeds} seeds, paired; Student’s t intervals.",
            fa=f"رقم‌های دست‌نویس؛ {digits(str(shallow))} و {digits(str(deep))} لایهٔ پنهان با {digits(str(width))} "
            f"نورون، مقداردهی گلوروت، SGD، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری هر یک به کمک زیان "
            f"اعتبارسنجی از میان {digits(str(len(learning_rates)))} مقدار (با {digits(str(deep))} لایه: {rates.fa})؛ "
            f"زیان آموزش هدف {digits(f'{target_loss:g}')}؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت.",
        ),
        {
            "steps": found[deep]["sigmoid"]["steps"],
            "losses": {name: found[deep][name]["train_loss"].astype(np.float64) for name in functions},
            "target_loss": target_loss,
        },
    )


_LOSSES: Mapping[str, Mapping[str, Any]] = {
    "log-loss": {},
    "squared": {"output": "sigmoid", "loss": "squared_error"},
    "hinge": {"output": "tanh", "loss": "hinge"},
}


def coin_tosses(seed: int, examples: int) -> tuple[data.Dataset, Doubles]:
    """Return a binary task in which the probability of each label is known, and these probabilities on the test split.

    P(1 | x) = σ(2·(x₁ + x₂·x₃)) for standard normal x; the label is drawn with that probability. So the best possible
    classifier is wrong at times, and the best possible forecast is P.

    Args:
        seed: of inputs and labels.
        examples: size of the training split; validation has as many, the test split four times as many.
    """
    generator = np.random.default_rng(seed)

    def split(size: int) -> tuple[NDArray[np.float32], NDArray[np.int64], Doubles]:
        x = generator.standard_normal((size, 3)).astype(np.float32)
        probability: Doubles = expit(2 * (x[:, 0] + x[:, 1] * x[:, 2])).astype(np.float64)
        return x, (generator.random(size) < probability).astype(np.int64), probability

    (x, y, _), (x_validation, y_validation, _), (x_test, y_test, truth) = map(split, (examples, examples, 4 * examples))
    return data.Dataset(
        name="coin_tosses",
        title=Text(en="Labels drawn with known probabilities", fa="برچسب‌هایی که با احتمال معلوم قرعه‌کشی شده‌اند"),
        task="binary",
        classes=("0", "1"),
        x_train=x,
        y_train=y,
        x_validation=x_validation,
        y_validation=y_validation,
        x_test=x_test,
        y_test=y_test,
        features=(),
        source="",
        seed=seed,
    ), truth


def _forecasts(name: str, outputs: Doubles) -> Doubles:
    """Return what a network says as numbers between 0 and 1: (1 + tanh z)/2 = σ(2z) where it was trained with ±1."""
    said = outputs[..., 0].astype(np.float64)
    return (1 + said) / 2 if name == "hinge" else said


def prob(
    *,
    examples: int,
    width: int,
    learning_rates: Sequence[float],
    steps: int,
    bins: int,
    seeds: int,
    first_seed: int,
    device: str | None,
) -> Result:
    """Ask whether a sigmoid's output is a probability, for three losses, where the true probability is known.

    Measures:
        reaches_one: smallest float32 x with σ(x) = 1 exactly.
        truth_error: expected calibration error of the true probabilities, which chance alone brings about.
        log_loss_error: that of networks trained with the log-loss.
        squared_error: that of networks trained with the squared error.
        hinge_error: that of networks trained with the hinge loss, whose output tanh is stretched to (0, 1).
        brier_cost: Brier score of the hinge loss's networks − that of the log-loss's.
    """
    dataset, truth = coin_tosses(first_seed, examples)
    found = scores(
        kinds={
            name: {"activation": "relu", "hidden": (width,), "initialisation": "he", **loss}
            for name, loss in _LOSSES.items()
        },
        dataset=dataset,
        learning_rates=learning_rates,
        seeds=seeds,
        first_seed=first_seed,
        steps=steps,
        probe_every=steps,
        record_outputs=True,
        device=device,
    )
    said = {name: _forecasts(name, kind["test_outputs"]) for name, kind in found.items()}
    error = {
        name: Interval.of([calibration_error(each, dataset.y_test, bins=bins) for each in forecasts])
        for name, forecasts in said.items()
    }
    brier = {
        name: np.array([brier_score(each, dataset.y_test) for each in forecasts]) for name, forecasts in said.items()
    }
    rates = rates_in_words(found)
    sigmoid = activations.get("sigmoid")
    return Result(
        {
            "reaches_one": Interval.exact(
                first_zero(lambda x: torch.from_numpy(1 - sigmoid(x.numpy())), *_FLOATS["float32"])
            ),
            "truth_error": Interval.exact(calibration_error(truth, dataset.y_test, bins=bins)),
            "log_loss_error": error["log-loss"],
            "squared_error": error["squared"],
            "hinge_error": error["hinge"],
            "brier_cost": Interval.of(brier["hinge"] - brier["log-loss"]),
        },
        Text(
            en=f"{examples:,} training and {len(truth):,} test examples whose labels were drawn with known "
            f"probabilities; one hidden layer of {width} ReLU units, He initialisation, SGD, batch 64, {steps} steps; "
            f"learning rates by validation loss: {rates.en}; calibration error over {bins} equally wide bins; "
            f"{seeds} seeds, paired; Student’s t intervals.",
            fa=f"{digits(f'{examples:,}')} نمونهٔ آموزش و {digits(f'{len(truth):,}')} نمونهٔ آزمون که برچسبشان با احتمال "
            f"معلوم قرعه‌کشی شده است؛ یک لایهٔ پنهان با {digits(str(width))} نورون ReLU، مقداردهی هی، SGD، دستهٔ ۶۴ "
            f"تایی، {digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجی: {rates.fa}؛ خطای کالیبراسیون در "
            f"{digits(str(bins))} بازهٔ هم‌پهنا؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت.",
        ),
        {
            "reliability": {
                name: tuple(reliability(forecasts[0], dataset.y_test, bins=bins)) for name, forecasts in said.items()
            },
            "error": error,
        },
    )
