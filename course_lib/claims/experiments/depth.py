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

    def best(
        self, activation: str, architecture: str, depth: int, initialisations: Sequence[str] = INITIALISATIONS
    ) -> Doubles:
        """Return the test accuracies ``(seeds,)`` with the initialisation and optimiser of least validation loss."""
        cells = [
            self._cells[activation, architecture, initialisation, depth, optimiser]
            for initialisation, optimiser in product(initialisations, OPTIMISERS)
        ]
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
    """Train the whole sweep, one task for each depth, architecture and optimiser."""
    names = list(product(activations, INITIALISATIONS))
    grids = {"sgd": sgd_rates, "adam": adam_rates}
    places = list(product(depths, ARCHITECTURES, OPTIMISERS))
    found = yield [
        Task(
            "comparison.scores",
            {
                "kinds": {
                    f"{activation} {initialisation}": {
                        "activation": activation,
                        "architecture": architecture,
                        "initialisation": initialisation,
                        "hidden": [width] * depth,
                    }
                    for activation, initialisation in names
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
        for depth, architecture, optimiser in places
    ]
    return Sweep(
        {
            (activation, architecture, initialisation, depth, optimiser): scores[f"{activation} {initialisation}"]
            for (depth, architecture, optimiser), scores in zip(places, found, strict=True)
            for activation, initialisation in names
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
        f"{adam.en}; where no initialisation or optimiser is named, the one with the lowest validation loss; {seeds} "
        "seeds, paired; Student’s t intervals; float32.",
        fa=f"رقم‌های دست‌نویس؛ {'، '.join(digits(str(depth)) for depth in depths)} لایهٔ پنهان با "
        f"{digits(str(width))} نورون، ساده یا باقی‌مانده‌ای؛ مقداردهی پیش‌فرض torch یا مقداردهیِ سازگار با تابع "
        f"(هی، لوکان یا گلوروت)؛ دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری هر نوع شبکه به کمک زیان "
        f"اعتبارسنجی، SGD از میان {sgd.fa} و Adam از میان {adam.fa}؛ هر جا مقداردهی یا بهینه‌ساز نام برده نشده، آن که "
        f"کمترین زیان اعتبارسنجی را دارد؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ float32.",
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

    Measures (differences of test accuracy in the deepest networks):
        plain: Swish − ReLU without skip connections, each at its best.
        residual: Swish − ReLU with skip connections, each at its best.
        over_tanh: Swish − tanh with skip connections, each at its best.
        initialisation: matched − default initialisation, plain ReLU network.
        connections: residual − plain, ReLU at its best.
    """
    sweep = yield from _sweep(**arguments)
    deepest = max(arguments["depths"])

    def best(activation: str, architecture: str, initialisations: Sequence[str] = INITIALISATIONS) -> Doubles:
        return sweep.best(activation, architecture, deepest, initialisations)

    return Result(
        {
            "plain": Interval.of(best("swish", "mlp") - best("relu", "mlp")),
            "residual": Interval.of(best("swish", "residual") - best("relu", "residual")),
            "over_tanh": Interval.of(best("swish", "residual") - best("tanh", "residual")),
            "initialisation": Interval.of(best("relu", "mlp", ["matched"]) - best("relu", "mlp", ["default"])),
            "connections": Interval.of(best("relu", "residual") - best("relu", "mlp")),
        },
        _conditions(**arguments),
        _data(sweep, arguments["activations"], arguments["depths"]),
    )


def saturating(**arguments: Any) -> Steps:
    """Ask whether sigmoid and tanh have no place in hidden layers.

    Measures (differences of test accuracy, each function at its best):
        shallow_sigmoid: ReLU − sigmoid in the shallowest plain networks.
        shallow_tanh: ReLU − tanh in the shallowest plain networks.
        deep_sigmoid: ReLU − sigmoid in the deepest plain networks.
        deep_tanh: ReLU − tanh in the deepest plain networks.
        residual_sigmoid: ReLU − sigmoid in the deepest networks with skip connections.
        residual_tanh: ReLU − tanh in the deepest networks with skip connections.
    """
    sweep = yield from _sweep(**arguments)
    shallowest, deepest = min(arguments["depths"]), max(arguments["depths"])

    def lead(name: str, depth: int, architecture: str) -> Interval:
        return Interval.of(sweep.best("relu", architecture, depth) - sweep.best(name, architecture, depth))

    return Result(
        {
            "shallow_sigmoid": lead("sigmoid", shallowest, "mlp"),
            "shallow_tanh": lead("tanh", shallowest, "mlp"),
            "deep_sigmoid": lead("sigmoid", deepest, "mlp"),
            "deep_tanh": lead("tanh", deepest, "mlp"),
            "residual_sigmoid": lead("sigmoid", deepest, "residual"),
            "residual_tanh": lead("tanh", deepest, "residual"),
        },
        _conditions(**arguments),
        _data(sweep, arguments["activations"], arguments["depths"]),
    )
