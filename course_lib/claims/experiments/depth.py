"""The depth sweep: what the activation does, and what initialisation, skip connections and the optimiser do.

Every claim about deep networks draws on the same runs: depth × activation × {default, matched} initialisation ×
{plain, residual} × {SGD, Adam}, each kind of network at its best learning rate.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.comparison import Doubles
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits

ARCHITECTURES = ("mlp", "residual")
INITIALISATIONS = ("default", "matched")
OPTIMISERS = ("sgd", "adam")

Cell = tuple[str, str, str, int, str]
"""Activation, architecture, initialisation, depth, optimiser."""


class Sweep:
    """What the sweep measured, by cell.

    Args:
        cells: what ``comparison.scores`` returned for each.
    """

    def __init__(self, cells: Mapping[Cell, Mapping[str, Any]]) -> None:
        self._cells = dict(cells)

    def accuracy(self, activation: str, architecture: str, initialisation: str, depth: int, optimiser: str) -> Doubles:
        """Return the test accuracies of one cell ``(seeds,)``."""
        return np.asarray(
            self._cells[activation, architecture, initialisation, depth, optimiser]["test_accuracy"], np.float64
        )

    def best(self, activation: str, architecture: str, initialisation: str, depth: int) -> Doubles:
        """Return the test accuracies with the optimiser that has the lower mean validation loss ``(seeds,)``."""
        cells = [self._cells[activation, architecture, initialisation, depth, optimiser] for optimiser in OPTIMISERS]
        losses = [np.where(cell["diverged"], np.inf, cell["validation_loss"]).mean() for cell in cells]
        return np.asarray(cells[int(np.argmin(losses))]["test_accuracy"], np.float64)


def _sweep(
    *,
    activations: Sequence[str],
    depths: Sequence[int],
    width: int,
    sgd_rates: Sequence[float],
    adam_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
) -> Generator[Sequence[Task], Sequence[Any], Sweep]:
    """Train the whole sweep, one task for each depth and optimiser."""
    names = list(product(activations, ARCHITECTURES, INITIALISATIONS))
    grids = {"sgd": sgd_rates, "adam": adam_rates}
    places = list(product(depths, OPTIMISERS))
    found = yield [
        Task(
            "comparison.scores",
            {
                "kinds": {
                    f"{activation} {architecture} {initialisation}": {
                        "activation": activation,
                        "architecture": architecture,
                        "initialisation": initialisation,
                        "hidden": [width] * depth,
                    }
                    for activation, architecture, initialisation in names
                },
                "dataset": "digits",
                "learning_rates": list(grids[optimiser]),
                "optimiser": optimiser,
                "seeds": seeds,
                "first_seed": first_seed,
                "steps": steps,
                "probe_every": steps,
            },
        )
        for depth, optimiser in places
    ]
    return Sweep(
        {
            (*name, depth, optimiser): scores[" ".join(name)]
            for (depth, optimiser), scores in zip(places, found, strict=True)
            for name in names
        }
    )


def _conditions(
    *,
    activations: Sequence[str],
    depths: Sequence[int],
    width: int,
    sgd_rates: Sequence[float],
    adam_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
) -> Text:
    def rates(values: Sequence[float]) -> Text:
        return Text(en=", ".join(f"{v:g}" for v in values), fa="، ".join(digits(f"{v:g}") for v in values))

    sgd, adam = rates(sgd_rates), rates(adam_rates)
    return Text(
        en=f"Digits; {', '.join(map(str, depths))} hidden layers of {width} units, plain or residual; torch’s default "
        "initialisation or the one that matches the activation (He, LeCun or Glorot); batch 64, "
        f"{steps} steps; learning rate of each kind of network by validation loss, SGD from {sgd.en}, Adam from "
        f"{adam.en}; where no optimiser is named, the one with the lower validation loss; {seeds} seeds, paired; "
        "Student’s t intervals.",
        fa=f"رقم‌های دست‌نویس؛ {'، '.join(digits(str(depth)) for depth in depths)} لایهٔ پنهان با "
        f"{digits(str(width))} نورون، ساده یا باقی‌مانده‌ای؛ مقداردهی پیش‌فرض torch یا مقداردهیِ سازگار با تابع "
        f"(هی، لوکان یا گلوروت)؛ دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری هر نوع شبکه به کمک زیان "
        f"اعتبارسنجی، SGD از میان {sgd.fa} و Adam از میان {adam.fa}؛ هر جا بهینه‌ساز نام برده نشده، آن که زیان "
        f"اعتبارسنجی کمتری دارد؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت.",
    )


def _data(sweep: Sweep, activations: Sequence[str], depths: Sequence[int]) -> dict[str, Any]:
    return {
        "activations": tuple(activations),
        "depths": tuple(depths),
        "accuracy": {
            (architecture, initialisation, optimiser): [
                [
                    float(sweep.accuracy(activation, architecture, initialisation, depth, optimiser).mean())
                    for depth in depths
                ]
                for activation in activations
            ]
            for architecture, initialisation, optimiser in product(ARCHITECTURES, INITIALISATIONS, OPTIMISERS)
        },
    }


def swish(**arguments: Any) -> Steps:
    """Ask whether Swish trains very deep networks better than ReLU, and what else decides about that.

    Measures (all differences of test accuracy in the deepest networks):
        plain_default: Swish − ReLU, plain network, torch's default initialisation.
        plain_matched: Swish − ReLU, plain network, matched initialisation.
        residual_matched: Swish − ReLU, residual network, matched initialisation.
        initialisation: matched − default initialisation, plain ReLU network.
        connections: residual − plain, ReLU network, default initialisation.
    """
    sweep = yield from _sweep(**arguments)
    deepest = max(arguments["depths"])

    def gain(architecture: str, initialisation: str) -> Interval:
        return Interval.of(
            sweep.best("swish", architecture, initialisation, deepest)
            - sweep.best("relu", architecture, initialisation, deepest)
        )

    default = sweep.best("relu", "mlp", "default", deepest)
    return Result(
        {
            "plain_default": gain("mlp", "default"),
            "plain_matched": gain("mlp", "matched"),
            "residual_matched": gain("residual", "matched"),
            "initialisation": Interval.of(sweep.best("relu", "mlp", "matched", deepest) - default),
            "connections": Interval.of(sweep.best("relu", "residual", "default", deepest) - default),
        },
        _conditions(**arguments),
        _data(sweep, arguments["activations"], arguments["depths"]),
    )


def saturating(**arguments: Any) -> Steps:
    """Ask whether sigmoid and tanh have no place in hidden layers.

    Measures (differences of test accuracy, plain networks, matched initialisation):
        shallow_sigmoid: ReLU − sigmoid in the shallowest networks.
        shallow_tanh: ReLU − tanh in the shallowest networks.
        deep_sigmoid: ReLU − sigmoid in the deepest networks.
        deep_tanh: ReLU − tanh in the deepest networks.
        deep_sigmoid_sgd: ReLU − sigmoid in the deepest networks, both under SGD.
        residual_sigmoid: ReLU − sigmoid in the deepest networks with skip connections.
    """
    sweep = yield from _sweep(**arguments)
    shallowest, deepest = min(arguments["depths"]), max(arguments["depths"])

    def lead(name: str, depth: int, architecture: str = "mlp") -> Interval:
        best = [sweep.best(activation, architecture, "matched", depth) for activation in ("relu", name)]
        return Interval.of(best[0] - best[1])

    under_sgd = [sweep.accuracy(name, "mlp", "matched", deepest, "sgd") for name in ("relu", "sigmoid")]
    return Result(
        {
            "shallow_sigmoid": lead("sigmoid", shallowest),
            "shallow_tanh": lead("tanh", shallowest),
            "deep_sigmoid": lead("sigmoid", deepest),
            "deep_tanh": lead("tanh", deepest),
            "deep_sigmoid_sgd": Interval.of(under_sgd[0] - under_sgd[1]),
            "residual_sigmoid": lead("sigmoid", deepest, "residual"),
        },
        _conditions(**arguments),
        _data(sweep, arguments["activations"], arguments["depths"]),
    )
