"""The experiments of lesson 01: what activations add to a network, and what a network without them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, DTypeLike, NDArray

from course_lib import data, training
from course_lib.activations import Activation, get
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments.comparison import (
    Doubles,
    Kinds,
    paired_difference,
    rates_in_words,
    seeds_from,
    steps_to,
    train,
)
from course_lib.claims.experiments.threads import one_thread
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits, isolate
from course_lib.training import one_by_one

_GRID = 60
"""Points along each side of a map of the plane."""


def _layers(hidden: Sequence[int]) -> Text:
    return Text(
        en=f"hidden layers of {' and '.join(map(str, hidden))} units",
        fa=f"لایه‌های پنهان با {' و '.join(digits(str(width)) for width in hidden)} نورون",
    )


def _rates(rates: Sequence[float]) -> Text:
    return Text(en=", ".join(f"{rate:g}" for rate in rates), fa="، ".join(digits(f"{rate:g}") for rate in rates))


def _plane(dataset: data.Dataset) -> tuple[Doubles, Doubles, torch.Tensor]:
    """Return the axes of a grid over the plane of a data set with two features, and its points ``(rows, 2)``."""
    low, high = dataset.x_train.min(axis=0) - 0.2, dataset.x_train.max(axis=0) + 0.2
    x, y = (np.linspace(start, stop, _GRID) for start, stop in zip(low, high, strict=True))
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return x, y, torch.tensor(points, dtype=torch.float32)


_SEPARATED = ("breast_cancer", "moons", "spirals")


def separate(
    *,
    activations: Sequence[str],
    hidden: Sequence[int],
    learning_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
) -> Steps:
    """Compare networks with the identity to networks with an activation, where a straight border does and does not do.

    Measures (differences of test accuracy, activation − identity):
        spirals_gain: of the activation that gains least on two spirals.
        moons_gain: of the activation that gains least on two moons.
        straight_gain: of the activation that gains most on the breast cancer data, whose classes a plane separates
            nearly as well as they can be separated.
    """
    names = ("linear", *activations)
    options = {"optimiser": "adam", "steps": steps}
    kinds = {name: {"activation": name, "hidden": list(hidden), "initialisation": "matched"} for name in names}
    found = yield [
        Task(
            "comparison.scores",
            {
                "kinds": kinds,
                "dataset": dataset,
                "learning_rates": list(learning_rates),
                "seeds": seeds,
                "first_seed": first_seed,
                "probe_every": steps,
                **options,
            },
        )
        for dataset in _SEPARATED
    ]
    scores = dict(zip(_SEPARATED, found, strict=True))
    best = {name: {**kind, "learning_rate": scores["spirals"][name]["learning_rate"]} for name, kind in kinds.items()}
    (regions,) = yield [
        Task("why.regions", {"kinds": best, "dataset": "spirals", "seed": first_seed, "options": options})
    ]
    gains = {
        dataset: [paired_difference(scores[dataset][name], scores[dataset]["linear"]) for name in activations]
        for dataset in _SEPARATED
    }

    def mean(gain: Interval) -> float:
        return gain.mean

    rates, layers, chosen = _rates(learning_rates), _layers(hidden), rates_in_words(scores["spirals"])
    return Result(
        {
            "spirals_gain": min(gains["spirals"], key=mean),
            "moons_gain": min(gains["moons"], key=mean),
            "straight_gain": max(gains["breast_cancer"], key=mean),
        },
        Text(
            en=f"Two spirals, two moons and breast cancer data, one split each; {layers.en}, initialisation that "
            "matches the function; "
            f"Adam, batch 64, {steps} steps; learning rate of each function by validation loss from {rates.en} (on the "
            f"spirals: {chosen.en}); {seeds} seeds, paired; Student’s t intervals; float32.",
            fa=f"دو مارپیچ، دو هلال و دادهٔ سرطان پستان، هر کدام با یک تقسیم؛ {layers.fa}، مقداردهی سازگار با تابع؛ "
            "Adam، دستهٔ "
            f"۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری هر تابع به کمک زیان اعتبارسنجی از میان {rates.fa} (روی "
            f"مارپیچ‌ها: {chosen.fa})؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ float32.",
        ),
        {
            **regions,
            "accuracy": {name: float(np.mean(scores["spirals"][name]["test_accuracy"])) for name in names},
        },
    )


def regions(*, kinds: Kinds, dataset: str, seed: int, options: Mapping[str, Any], device: str | None) -> dict[str, Any]:
    """Train one network of each kind and return what it answers all over the plane.

    A single small network is trained quickest on the CPU, so ``device`` makes no difference.

    Args:
        kinds: by name, keyword arguments of ``training.Model``.
        dataset: a binary one with two features.
        seed: of the networks.
        options: of ``training.train``.
        device: not used.

    Returns:
        ``x`` and ``y``, the axes of a grid; ``maps``: by name, the probability of class 1 there, ``(y, x)``; and the
        test examples, ``points`` ``(examples, 2)`` and ``classes`` ``(examples,)``.
    """
    task = data.load(dataset)
    x, y, points = _plane(task)
    answers = {}
    for name, kind in kinds.items():
        model = training.Model(**{**kind, "hidden": tuple(kind["hidden"])}, seed=seed)
        network, _ = one_by_one.train(model, task, **options)
        with torch.no_grad():
            answers[name] = torch.sigmoid(network(points)).reshape(_GRID, _GRID).numpy()
    return {"x": x, "y": y, "maps": answers, "points": task.x_test, "classes": task.y_test}


_FIRING = ("step", "relu", "sigmoid", "tanh", "swish", "gelu")
_SMOOTH = ("sigmoid", "tanh", "swish", "gelu")
_MARGIN = 0.05
"""Within this share of its range from its least or greatest output, a unit counts as off or on."""


def _strength(outputs: ArrayLike) -> Doubles:
    """Return each unit's outputs as shares of the range between its least and its greatest; 0 where it has no range.

    Args:
        outputs: ``(inputs, units)``.
    """
    values = np.asarray(outputs, np.float64)
    least, span = values.min(axis=0), np.ptp(values, axis=0)
    strength: Doubles = (values - least) / np.where(span > 0, span, 1.0)
    return strength


def _between(outputs: ArrayLike) -> float:
    """Return the share of outputs at which a unit is neither off nor on."""
    strength = _strength(outputs)
    return float(((strength > _MARGIN) & (strength < 1 - _MARGIN)).mean())


@one_thread()
def fire(*, width: int, steps: int, seeds: int, first_seed: int, device: str | None) -> Result:
    """Look at how strongly hidden units answer, all over the two moons: on, off, or something between.

    The networks are small and looked into one by one, which is quickest on the CPU: ``device`` makes no difference.

    Measures (shares of the pairs of a unit and a training input, in trained networks):
        step_between: step units neither off nor on, that is, more than 5 % of their range away from their least and
            their greatest output.
        relu_off: ReLU units with an output of exactly 0.
        relu_between: ReLU units neither off nor on.
        smooth_between: the same for the smooth function with the smallest such share.
        smooth_off: outputs of exactly 0, for the smooth function with the largest such share.
    """
    task = data.load("moons")
    x, y, points = _plane(task)
    inputs = torch.tensor(task.x_train)
    between: dict[str, list[float]] = {name: [] for name in _FIRING}
    off: dict[str, list[float]] = {name: [] for name in _FIRING}
    maps = {}
    for name, seed in product(_FIRING, seeds_from(first_seed, seeds)):
        model = training.Model(name, hidden=(width,), initialisation="matched", learning_rate=0.01, seed=seed)
        network, _ = one_by_one.train(model, task, optimiser="adam", steps=steps)
        hidden = torch.nn.Sequential(*list(network.children())[:2])
        with torch.no_grad():
            outputs = hidden(inputs).numpy()
            between[name].append(_between(outputs))
            off[name].append(float((outputs == 0).mean()))
            if seed == first_seed:
                liveliest = int(outputs.std(axis=0).argmax())
                maps[name] = _strength(hidden(points).numpy())[:, liveliest].reshape(_GRID, _GRID)

    def mean(shares: Interval) -> float:
        return shares.mean

    return Result(
        {
            "step_between": Interval.of(between["step"]),
            "relu_off": Interval.of(off["relu"]),
            "relu_between": Interval.of(between["relu"]),
            "smooth_between": min((Interval.of(between[name]) for name in _SMOOTH), key=mean),
            "smooth_off": max((Interval.of(off[name]) for name in _SMOOTH), key=mean),
        },
        Text(
            en=f"Two moons; one hidden layer of {width} units, initialisation that matches the function; Adam with "
            "learning rate 0.01, "
            f"batch 64, {steps} steps (the gradient does not reach the weights below step units); {seeds} seeds; "
            "Student’s t intervals; float32; smooth functions: sigmoid, tanh, Swish and GELU.",
            fa=f"دو هلال؛ یک لایهٔ پنهان با {digits(str(width))} نورون، مقداردهی سازگار با تابع؛ Adam با نرخ یادگیری "
            "۰٫۰۱، دستهٔ "
            f"۶۴ تایی، {digits(str(steps))} گام (گرادیان به وزن‌های پایین‌تر از نورون‌های پله‌ای نمی‌رسد)؛ "
            f"{digits(str(seeds))} بذر؛ بازه‌های تی استیودنت؛ float32؛ تابع‌های هموار: سیگموئید، tanh، Swish و GELU.",
        ),
        {
            "x": x,
            "y": y,
            "maps": maps,
            "between": {name: float(np.mean(shares)) for name, shares in between.items()},
        },
    )


def same_hidden(
    *,
    activations: Sequence[str],
    width: int,
    learning_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
) -> Steps:
    """Compare networks whose two hidden layers share an activation to those that mix two.

    All pairs are trained, so among the mixed networks each function is in each layer as often as among the others: the
    difference of the two means is what sharing does, not what one of the functions does.

    Measures (mean test accuracy, mixed − shared):
        digits: on handwritten digits.
        mnist1d: on MNIST-1D.
    """
    datasets = ("digits", "mnist1d")
    pairs = list(product(activations, repeat=2))
    found = yield [
        Task(
            "comparison.scores",
            {
                "kinds": {
                    " ".join(pair): {"activation": list(pair), "hidden": [width] * 2, "initialisation": "matched"}
                    for pair in pairs
                },
                "dataset": dataset,
                "learning_rates": list(learning_rates),
                "seeds": seeds,
                "first_seed": first_seed,
                "steps": steps,
                "probe_every": steps,
                "optimiser": "adam",
            },
        )
        for dataset in datasets
    ]
    accuracy = np.array([[scores[" ".join(pair)]["test_accuracy"] for pair in pairs] for scores in found], np.float64)
    shared = np.array([first == second for first, second in pairs])
    differences = accuracy[:, ~shared].mean(axis=1) - accuracy[:, shared].mean(axis=1)
    rates = _rates(learning_rates)
    return Result(
        {dataset: Interval.of(difference) for dataset, difference in zip(datasets, differences, strict=True)},
        Text(
            en=f"Digits and MNIST-1D; two hidden layers of {width} units, all pairs of {', '.join(activations)}; "
            f"initialisation that matches each function; Adam, batch 64, {steps} steps; learning rate of each pair by "
            "validation loss from "
            f"{rates.en}; {seeds} seeds, paired; Student’s t intervals; float32.",
            fa=f"رقم‌های دست‌نویس و MNIST-1D؛ دو لایهٔ پنهان با {digits(str(width))} نورون، همهٔ جفت‌های "
            f"{isolate('، '.join(activations))}؛ مقداردهی سازگار با تابع؛ Adam، دستهٔ ۶۴ تایی، {digits(str(steps))} "
            "گام؛ نرخ "
            f"یادگیری هر جفت به کمک زیان اعتبارسنجی از میان {rates.fa}؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های "
            "تی استیودنت؛ float32.",
        ),
        {
            "activations": tuple(activations),
            "accuracy": {
                dataset: values.mean(axis=-1).reshape(len(activations), -1)
                for dataset, values in zip(datasets, accuracy, strict=True)
            },
        },
    )


Layers = Sequence[tuple[NDArray[Any], NDArray[Any]]]


def _draw_layers(depth: int, width: int, generator: np.random.Generator, dtype: DTypeLike) -> Layers:
    """Return random weights of variance 1/width and small biases for so many layers."""
    return [
        (
            (generator.standard_normal((width, width)) / np.sqrt(width)).astype(dtype),
            (0.1 * generator.standard_normal(width)).astype(dtype),
        )
        for _ in range(depth)
    ]


def _through(layers: Layers, x: NDArray[Any], activation: Activation) -> NDArray[Any]:
    """Return the outputs ``(examples, units)`` of a network whose last layer has no activation."""
    for weight, bias in layers[:-1]:
        x = activation(x @ weight.T + bias)
    weight, bias = layers[-1]
    return x @ weight.T + bias


def _collapsed(layers: Layers) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the one layer that layers without activations amount to: W = Wₙ⋯W₁, b = Wₙ(⋯(W₂b₁ + b₂)⋯) + bₙ."""
    weight, bias = layers[0]
    for next_weight, next_bias in layers[1:]:
        weight, bias = next_weight @ weight, next_weight @ bias + next_bias
    return weight, bias


def _distance(values: NDArray[Any], others: NDArray[Any]) -> float:
    """Return ‖values − others‖ / ‖values‖."""
    first = values.astype(np.float64)
    return float(np.linalg.norm(first - others.astype(np.float64)) / np.linalg.norm(first))


def collapse(
    *, depths: Sequence[int], width: int, examples: int, seeds: int, first_seed: int, device: str | None
) -> Result:
    """Multiply the weights of deep networks without activations together, and compare that layer with the network.

    Both are computed in the same dtype, by NumPy, so ``device`` makes no difference. The two are equal in exact
    arithmetic; in floats each layer adds a rounding error of the order of eps, so the unit is depth · eps.

    Measures:
        float32: largest distance of the single layer's outputs from the network's, ‖difference‖ / ‖outputs‖, in units
            of depth · eps, over depths and seeds.
        float64: the same.
        bent: smallest distance of the same networks with tanh from the single layer that fits them best (least
            squares), in float64 and in the same unit.
    """
    dtypes = ("float32", "float64")
    distances: dict[str, Doubles] = {name: np.empty((len(depths), seeds)) for name in (*dtypes, "tanh")}
    identity, tanh = get("linear"), get("tanh")
    for (row, depth), (column, seed) in product(enumerate(depths), enumerate(seeds_from(first_seed, seeds))):
        for dtype in dtypes:
            generator = np.random.default_rng([seed, depth])
            layers = _draw_layers(depth, width, generator, dtype)
            x = generator.standard_normal((examples, width)).astype(dtype)
            distances[dtype][row, column] = _distance(
                _through(layers, x, identity), _through([_collapsed(layers)], x, identity)
            )
        bent = _through(layers, x, tanh)
        inputs = np.column_stack([x, np.ones(examples)])
        fitted, *_ = np.linalg.lstsq(inputs, bent, rcond=None)
        distances["tanh"][row, column] = _distance(bent, inputs @ fitted)
    scale = np.asarray(depths, np.float64)[:, None]
    return Result(
        {
            **{dtype: Interval.exact((distances[dtype] / scale).max() / np.finfo(dtype).eps) for dtype in dtypes},
            "bent": Interval.exact((distances["tanh"] / scale).min() / np.finfo(np.float64).eps),
        },
        Text(
            en=f"{', '.join(map(str, depths))} layers of {width} units with random weights of variance 1/{width} and "
            f"biases of deviation 0.1; {examples} standard normal inputs; worst case over depths and {seeds} seeds.",
            fa=f"{'، '.join(digits(str(depth)) for depth in depths)} لایه با {digits(str(width))} نورون، وزن‌های "
            "تصادفی "
            f"با واریانس \u2066۱/{digits(str(width))}\u2069 و بایاس‌هایی با انحراف معیار ۰٫۱؛ {digits(str(examples))} "
            f"ورودی نرمال استاندارد؛ بدترین حالت در همهٔ عمق‌ها و {digits(str(seeds))} بذر.",
        ),
        {"depths": tuple(depths), "distances": distances},
    )


_NEAR = 1.05
"""A training loss of at most this many times the least that a straight line can have counts as being there."""


def _least_squares(dataset: data.Dataset) -> float:
    """Return the least mean squared error of any linear function with a constant on the training split."""
    inputs = np.column_stack([dataset.x_train, np.ones(len(dataset.x_train))]).astype(np.float64)
    targets = dataset.y_train.astype(np.float64)
    weights, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return float(np.square(inputs @ weights - targets).mean())


def depth(
    *,
    layers: int,
    width: int,
    learning_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
    device: str | None,
) -> Result:
    """Train a linear model and a deep network without activations on one regression, by gradient descent.

    A network that never comes near the least loss counts with the last step.

    Measures:
        function_gain: by how much the final training loss of deep linear networks lies below the least that a linear
            function can have (negative: above it), as a share of that.
        relu_gain: the same for equally deep ReLU networks.
        same_rate: steps to 1.05 times that loss, deep linear network over linear model, both at the smallest rate.
        best_rates: the same, each at the learning rate that gets there soonest.
    """
    task = data.load("diabetes")
    kinds = {"single": ("linear", 0), "deep": ("linear", layers), "relu": ("relu", layers)}
    models = [
        training.Model(name, hidden=(width,) * count, initialisation="lecun", learning_rate=rate, seed=seed)
        for name, count in kinds.values()
        for rate in learning_rates
        for seed in seeds_from(first_seed, seeds)
    ]
    history = train(models, task, steps=steps, batch_size=len(task.x_train), probe_every=1, device=device)
    least = _least_squares(task)
    shape = (len(history.steps), len(kinds), len(learning_rates), seeds)
    losses = np.where(np.isfinite(history.train_loss), history.train_loss, np.inf).astype(np.float64).reshape(shape)
    needed = steps_to(losses.reshape(len(history.steps), -1), history.steps, _NEAR * least).reshape(shape[1:])
    soonest = needed.mean(axis=-1).argmin(axis=-1)
    lowest = losses[-1].mean(axis=-1).argmin(axis=-1)
    slowest = int(np.argmin(learning_rates))
    final = {name: losses[-1, place, lowest[place]] for place, name in enumerate(kinds)}
    took = {name: needed[place, soonest[place]] for place, name in enumerate(kinds)}
    rates = _rates(learning_rates)
    single, deep, _ = (f"{learning_rates[place]:g}" for place in soonest)
    return Result(
        {
            "function_gain": Interval.of(1 - final["deep"] / least),
            "relu_gain": Interval.of(1 - final["relu"] / least),
            "same_rate": Interval.of_ratios(needed[1, slowest] / needed[0, slowest]),
            "best_rates": Interval.of_ratios(took["deep"] / took["single"]),
        },
        Text(
            en=f"Diabetes data; {layers} hidden layers of {width} units, or none; LeCun initialisation; gradient "
            "descent "
            f"on the whole training split, {steps} steps; learning rates {rates.en}, the one with the lowest loss for "
            f"the shares below the least loss; the quickest rates (single layer {single}, deep {deep}); "
            f"{seeds} seeds, paired; Student’s t intervals; float32.",
            fa=f"دادهٔ دیابت؛ {digits(str(layers))} لایهٔ پنهان با {digits(str(width))} نورون، یا هیچ؛ مقداردهی لوکان؛ "
            f"گرادیان کاهشی روی همهٔ بخش آموزش، {digits(str(steps))} گام؛ نرخ‌های یادگیری {rates.fa}، برای سهم‌های "
            "کمتر از "
            f"کمترین زیان، آن که کمترین زیان را دارد؛ سریع‌ترین نرخ‌ها (تک‌لایه {digits(single)}، عمیق "
            f"{digits(deep)})؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ float32.",
        ),
        {
            "steps": history.steps,
            "losses": {
                name: losses[:, place, lowest[place] if name == "relu" else slowest] for place, name in enumerate(kinds)
            },
            "least": least,
            "layers": layers,
        },
    )
