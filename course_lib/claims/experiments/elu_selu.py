"""The experiments of lesson 07: ELU's negative side, what it does to the mean, and how SELU keeps its moments."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import erfcx
from torch import Tensor

from course_lib import activations, nn
from course_lib.activations.exponential import SELU_ALPHA, SELU_SCALE
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.comparison import Doubles, rates_in_words, seeds_from
from course_lib.claims.experiments.rounding import ulps
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits
from course_lib.nn.device import is_host
from course_lib.nn.initialise import initialise


def _best_fit(shape: Callable[[Doubles], Doubles], x: Doubles, y: Doubles) -> Doubles:
    """Return a·shape(b·x) with the a and the b > 0 that come closest to y in the sense of least squares."""

    def fitted(log_rate: float) -> Doubles:
        values = shape(math.exp(log_rate) * x)
        return float(values @ y / (values @ values)) * values

    best = minimize_scalar(
        lambda log_rate: float(np.square(fitted(log_rate) - y).sum()),
        bounds=(-10, 10), method="bounded", options={"xatol": 1e-12},
    )  # fmt: skip
    return fitted(best.x)


def negative_side(*, alphas: Sequence[float], low: float, points: int, device: str | None) -> Result:
    """Fit ELU's negative side with an exponential and with a logarithm, both with a scale and a rate of their own.

    The candidates are a·(e^bx − 1) and −a·log(1 − bx): through the origin, and with the best a and b. And a logarithm
    goes on falling without end, however slowly.

    Measures:
        exponential_misfit: largest distance from the best exponential, in units of α; the worst of all α.
        logarithm_misfit: largest distance from the best logarithm, in units of α; the best of all α.
        still_falling: how much ELU falls, in units of α, from −100 to −1 000 000; a logarithm with b = 1 falls by
            a·log(10 000).
    """
    x = np.linspace(low, 0, points)
    misfit: dict[str, list[float]] = {"exponential": [], "logarithm": []}
    falls, shown = [], {}
    for alpha in alphas:
        elu = activations.get("elu", alpha=alpha)
        y = elu(x)
        fits = {"exponential": _best_fit(np.expm1, x, y), "logarithm": _best_fit(lambda z: -np.log1p(-z), x, y)}
        for name, fitted in fits.items():
            misfit[name].append(float(np.abs(fitted - y).max()) / alpha)
        falls.append(float(elu(-1e2) - elu(-1e6)) / alpha)
        shown[alpha] = {"elu": y, **fits}
    every = slice(None, None, max(1, points // 200))
    return Result(
        {
            "exponential_misfit": Interval.exact(max(misfit["exponential"])),
            "logarithm_misfit": Interval.exact(min(misfit["logarithm"])),
            "still_falling": Interval.exact(max(falls)),
        },
        Text(
            en=f"Computed in float64 at {points:,} numbers from {low:g} to 0, for α = "
            f"{', '.join(f'{alpha:g}' for alpha in alphas)}; least squares over scale and rate.".replace("-", "−"),
            fa=f"محاسبه با float64 در {digits(f'{points:,}')} عدد از {digits(f'{low:g}')} تا ۰، برای α برابر "
            f"{'، '.join(digits(f'{alpha:g}') for alpha in alphas)}؛ کمترین مربعات روی مقیاس و آهنگ.",
        ),
        {"x": x[every], **{name: values[every] for name, values in shown[max(alphas)].items()}},
    )


def means(*, depth: int, width: int, learning_rates: Sequence[float], seeds: int, first_seed: int, steps: int) -> Steps:
    """Compare the mean and the variance of the activations in ELU and ReLU networks, new and trained.

    Measures (ELU relative to ReLU, geometric means over the seeds):
        offset_new: distance of a layer's mean from 0 in units of its standard deviation, averaged over the hidden
            layers; before training.
        offset_trained: the same after training.
        variance_trained: by what factor a layer's variance is away from 1, upwards or downwards, geometric mean of the
            hidden layers; after training.
    """
    kinds = {name: {"activation": name, "hidden": [width] * depth, "initialisation": "he"} for name in ("relu", "elu")}
    (found,) = yield [
        Task(
            "comparison.scores",
            {
                "kinds": kinds,
                "dataset": "digits",
                "learning_rates": list(learning_rates),
                "seeds": seeds,
                "first_seed": first_seed,
                "steps": steps,
                "probe_every": steps,
            },
        )
    ]

    def offset(name: str, probe: int) -> Doubles:
        mean, variance = (np.asarray(found[name][f"activation_{which}"][probe]) for which in ("mean", "variance"))
        return np.asarray((np.abs(mean) / np.sqrt(variance)).mean(axis=-1), np.float64)

    def factor(name: str) -> Doubles:
        variance = np.asarray(found[name]["activation_variance"][-1], np.float64)
        return np.asarray(np.exp(np.abs(np.log(variance)).mean(axis=-1)))

    rates = rates_in_words(found)
    return Result(
        {
            "offset_new": Interval.of_ratios(offset("elu", 0) / offset("relu", 0)),
            "offset_trained": Interval.of_ratios(offset("elu", -1) / offset("relu", -1)),
            "variance_trained": Interval.of_ratios(factor("elu") / factor("relu")),
        },
        Text(
            en=f"Digits; {depth} hidden layers of {width} units, He initialisation, SGD, batch 64, {steps} steps; "
            f"learning rates chosen by validation loss from {len(learning_rates)} values ({rates.en}); float32; "
            f"{seeds} seeds, paired; Student’s t intervals of the logarithms; mean and variance over all units "
            "and all training inputs.",
            fa=f"رقم‌های دست‌نویس؛ {digits(str(depth))} لایهٔ پنهان با {digits(str(width))} نورون، مقداردهی هی، SGD، "
            f"دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجی از میان "
            f"{digits(str(len(learning_rates)))} مقدار ({rates.fa})؛ float32؛ {digits(str(seeds))} بذر، جفت‌شده؛ "
            "بازه‌های تی استیودنت برای لگاریتم‌ها؛ میانگین و واریانس روی همهٔ نورون‌ها و همهٔ ورودی‌های آموزش.",
        ),
        {
            when: {name: found[name]["activation_mean"][probe] for name in kinds}
            for when, probe in (("new", 0), ("trained", -1))
        },
    )


def _propagate(
    inputs: Tensor, *, initialisation: str, depth: int, seeds: Sequence[int], dropout: torch.nn.Module
) -> Tensor:
    """Send inputs through new dense SELU layers, and return mean and variance of every layer.

    Args:
        inputs: of one network per seed, ``(seeds, examples, width)``.
        initialisation: of the weights.
        depth: number of layers, as wide as the inputs.
        seeds: of the networks.
        dropout: applied between a layer and the next; the moments are those of the layer itself.

    Returns:
        Over all units and examples, ``(2, depth, seeds)``.
    """
    width, selu = inputs.shape[-1], nn.module("selu")
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    moments, layer = [], inputs
    with torch.random.fork_rng(
        devices=[] if is_host(inputs.device) else [inputs.device], device_type=inputs.device.type
    ):
        torch.manual_seed(seeds[0])  # of the dropout
        for _ in range(depth):
            drawn = [initialise(initialisation, width, width, generator) for generator in generators]
            weight, bias = (torch.stack(part).to(inputs.device) for part in zip(*drawn, strict=True))
            layer = selu(torch.baddbmm(bias.unsqueeze(1), layer, weight.transpose(1, 2)))
            moments.append(torch.stack([layer.mean(dim=(1, 2)), layer.var(dim=(1, 2), correction=0)]))
            layer = dropout(layer)
    return torch.stack(moments, dim=1)


def moments(
    *, depth: int, width: int, examples: int, dropout: float, seeds: int, first_seed: int, device: str | None
) -> Result:
    """Follow mean and variance through deep new SELU networks: with all conditions met, and each of them broken.

    Measures (of the activations of the last layer, if no other is named):
        right_mean: LeCun initialisation, standardised inputs, no dropout.
        right_variance: the same networks.
        far_first: variance of the first layer, for inputs of mean 1 and variance 4.
        far_last: the same networks' last layer.
        default_variance: torch's default initialisation.
        he_variance: He initialisation.
        alpha_variance: alpha dropout after each layer.
        dropout_variance: ordinary dropout after each layer.
    """
    place, run_seeds = nn.device(device), seeds_from(first_seed, seeds)
    standard = torch.stack(
        [torch.randn(examples, width, generator=torch.Generator().manual_seed(seed)) for seed in run_seeds]
    ).to(place)
    scenes: dict[str, tuple[Tensor, str, torch.nn.Module]] = {
        "right": (standard, "lecun", torch.nn.Identity()),
        "far": (1 + 2 * standard, "lecun", torch.nn.Identity()),
        "default": (standard, "default", torch.nn.Identity()),
        "he": (standard, "he", torch.nn.Identity()),
        "alpha": (standard, "lecun", torch.nn.AlphaDropout(dropout)),
        "dropout": (standard, "lecun", torch.nn.Dropout(dropout)),
    }
    found = {
        name: _propagate(inputs, initialisation=scheme, depth=depth, seeds=run_seeds, dropout=layer)
        .double()
        .cpu()
        .numpy()
        for name, (inputs, scheme, layer) in scenes.items()
    }
    share = f"{dropout:g}"
    return Result(
        {
            "right_mean": Interval.of(found["right"][0, -1]),
            "right_variance": Interval.of_ratios(found["right"][1, -1]),
            "far_first": Interval.of_ratios(found["far"][1, 0]),
            "far_last": Interval.of_ratios(found["far"][1, -1]),
            "default_variance": Interval.of_ratios(found["default"][1, -1]),
            "he_variance": Interval.of_ratios(found["he"][1, -1]),
            "alpha_variance": Interval.of_ratios(found["alpha"][1, -1]),
            "dropout_variance": Interval.of_ratios(found["dropout"][1, -1]),
        },
        Text(
            en=f"New networks of {depth} dense SELU layers of {width} units; {examples} normally distributed inputs; "
            f"LeCun initialisation if no other is named; dropout of {share}; float32; {seeds} seeds for inputs and "
            "weights; moments over all units and inputs; Student’s t intervals, for variances of their logarithms.",
            fa=f"شبکه‌های تازه با {digits(str(depth))} لایهٔ متراکم SELU و {digits(str(width))} نورون در هر لایه؛ "
            f"{digits(str(examples))} ورودی با توزیع نرمال؛ مقداردهی لوکان هر جا چیز دیگری گفته نشده؛ حذف تصادفی با "
            f"احتمال {digits(share)}؛ float32؛ {digits(str(seeds))} بذر برای ورودی‌ها و وزن‌ها؛ گشتاورها روی همهٔ "
            "نورون‌ها و ورودی‌ها؛ بازه‌های تی استیودنت، برای واریانس‌ها از روی لگاریتمشان.",
        ),
        {"variances": {name: values[1] for name, values in found.items()}},
    )


def _fixed_point() -> tuple[float, float]:
    """Return the α and λ for which SELU turns a standard normal input into mean 0 and variance 1, in closed form.

    The mean is λ·(E[z; z > 0] + α·(E[e^z; z < 0] − 1/2)), the variance about it λ²·(1/2 + α²·E[(e^z − 1)²; z < 0]),
    where E[e^kz; z < 0] = e^(k²/2)·Φ(−k) = erfcx(k/√2)/2.
    """
    first, second = (float(erfcx(k / math.sqrt(2))) / 2 for k in (1, 2))
    alpha = 1 / math.sqrt(2 * math.pi) / (0.5 - first)
    return alpha, 1 / math.sqrt(0.5 + alpha**2 * (second - 2 * first + 0.5))


def _output_moments(variance: float) -> tuple[float, float]:
    """Return mean and variance of SELU's output for a normal input of mean 0, integrated numerically."""
    selu, deviation = activations.get("selu"), math.sqrt(variance)

    def expectation(power: int) -> float:
        def density(z: float) -> float:
            return float(selu(deviation * z)) ** power * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        return sum(float(quad(density, low, high, epsabs=1e-14, epsrel=1e-13)[0]) for low, high in ((-12, 0), (0, 12)))

    mean = expectation(1)
    return mean, expectation(2) - mean**2


def constants(*, step: float, points: int, device: str | None) -> Result:
    """Solve SELU's fixed-point equations, compare with the constants in use, and see whether the point attracts.

    Measures:
        alpha: the solution for α.
        scale: the solution for λ.
        alpha_error: distance of the catalogue's α from it, in units of the last place.
        scale_error: the same for λ.
        mean: what the catalogue's function makes of the mean 0, by numerical integration.
        variance_error: how far it takes the variance from 1.
        pull: derivative of the output's variance with respect to the input's, at 1; below 1 the fixed point attracts.
    """
    alpha, scale = _fixed_point()
    mean, variance = _output_moments(1.0)
    pull = (_output_moments(1 + step)[1] - _output_moments(1 - step)[1]) / (2 * step)
    before = np.linspace(0.25, 3, points)
    return Result(
        {
            "alpha": Interval.exact(alpha),
            "scale": Interval.exact(scale),
            "alpha_error": Interval.exact(ulps(SELU_ALPHA, alpha)),
            "scale_error": Interval.exact(ulps(SELU_SCALE, scale)),
            "mean": Interval.exact(abs(mean)),
            "variance_error": Interval.exact(abs(variance - 1)),
            "pull": Interval.exact(pull),
        },
        Text(
            en="Solved in closed form with erfc, in float64; checked by numerical integration of the function over a "
            f"normal input; derivative by a central difference of {step:g}.",
            fa="حل با فرمول بسته به کمک erfc، با float64؛ وارسی با انتگرال‌گیری عددی از خودِ تابع روی ورودی نرمال؛ "
            f"مشتق با تفاضل مرکزی با گام {digits(f'{step:g}')}.",
        ),
        {"before": before, "after": np.array([_output_moments(float(value))[1] for value in before])},
    )
