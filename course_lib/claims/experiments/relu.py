"""The experiments of lesson 05: silence, cost, speed and death of ReLU units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from course_lib import activations, data, nn, training
from course_lib.claims.experiment import Result, timed
from course_lib.claims.experiments.comparison import Doubles, seeds_from, steps_to, train
from course_lib.claims.experiments.timing import BLOCKS, Work, fastest
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits, isolate
from course_lib.nn.device import is_host

_WIDTH = 64


def _gentle_models(first_seed: int, seeds: int) -> list[training.Model]:
    """Return the networks in which nothing is set against ReLU."""
    return [
        training.Model("relu", hidden=(_WIDTH,) * 3, initialisation="he", learning_rate=0.1, seed=seed)
        for seed in seeds_from(first_seed, seeds)
    ]


def _gentle(steps: int, seeds: int) -> Text:
    return Text(
        en=f"Digits; three hidden layers of 64 units, He initialisation, SGD with learning rate 0.1, {steps} steps; "
        f"{seeds} seeds.",
        fa=f"رقم‌های دست‌نویس؛ سه لایهٔ پنهان با ۶۴ نورون، مقداردهی هی، SGD با نرخ یادگیری ۰٫۱، "
        f"{digits(str(steps))} گام؛ {digits(str(seeds))} بذر.",
    )


def firing(*, seeds: int, first_seed: int, steps: int, device: str | None) -> Result:
    """Count silent (unit, input) pairs in ReLU networks, new and trained.

    Measures:
        silent_at_start: share of the pairs of hidden unit and training input whose output is zero, before training.
        silent_after: the same after training.
    """
    history = train(
        _gentle_models(first_seed, seeds),
        data.load("digits"),
        steps=steps,
        probe_every=steps,
        device=device,
        optimiser="sgd",
    )
    silent = 1 - history.firing_fraction[[0, -1]]
    return Result(
        {
            "silent_at_start": Interval.of(silent[0].mean(axis=-1)),
            "silent_after": Interval.of(silent[1].mean(axis=-1)),
        },
        _gentle(steps, seeds),
        {"silent": silent},
    )


@timed
def cost(
    *, elements: int, accelerator_elements: int, width: int, batch: int, repeats: int, device: str | None
) -> Result:
    """Time every elementwise activation, alone and in a training step, against copying memory and doing nothing.

    Measures:
        element_ratio: time of forward and backward pass over one large array, other functions over ReLU (geometric
            mean of sigmoid, tanh, ELU, Swish and GELU).
        step_ratio: time of a training step of a network, the same functions over ReLU.
        silence_ratio: time of the matrix product of the next layer if no input is zero, over its time if half are.

    The data holds nanoseconds per element of all functions, and of copying the array as their floor: no function can
    do with less than reading every number once and writing one. The share of a training step that an activation takes
    is what a network without activations, all else equal, would not need of its time.
    """
    place = nn.device(device)
    size = elements if is_host(place) else accelerator_elements
    functions = {
        name: nn.module(name).to(place) for name in activations.names(beyond=True) if activations.get(name).elementwise
    }
    learned = {name: list(function.parameters()) for name, function in functions.items()}
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(size, generator=generator).to(place)
    watched = z.clone().requires_grad_()
    slope = torch.ones_like(z)

    def both_passes(name: str) -> Work:
        return lambda: torch.autograd.grad(functions[name](watched), [watched, *learned[name]], slope)

    with torch.no_grad():
        forward = fastest(
            {"copy": z.clone, **{name: partial(function, z) for name, function in functions.items()}}, repeats
        )
    both = fastest({name: both_passes(name) for name in functions}, repeats)

    x = torch.randn(batch, width, generator=generator).to(place)
    weights = [
        (torch.randn(width, width, generator=generator) * (2 / width) ** 0.5).to(place).requires_grad_()
        for _ in range(3)
    ]

    def training_step(name: str) -> Work:
        function, parameters = functions[name], [*weights, *learned[name]]

        def work() -> None:
            h = x
            for weight in weights:
                h = function(h @ weight)
            for parameter, gradient in zip(parameters, torch.autograd.grad(h.square().mean(), parameters), strict=True):
                parameter.data.sub_(gradient, alpha=1e-6)

        return work

    pre_activation, weight = x @ weights[0].detach(), weights[1].detach()
    layers = {"half silent": torch.relu(pre_activation), "none silent": pre_activation.abs()}
    products = fastest({name: partial(torch.matmul, inputs, weight) for name, inputs in layers.items()}, repeats)
    step = fastest({name: training_step(name) for name in functions}, repeats)

    def ratio(times: Mapping[str, Doubles]) -> Interval:
        logs = [np.log(times[name] / times["relu"]) for name in ("sigmoid", "tanh", "elu", "swish", "gelu")]
        return Interval.of_ratios(np.exp(np.mean(logs, axis=0)))

    def nanoseconds(times: Mapping[str, Doubles]) -> dict[str, float]:
        return {name: 1e9 * float(time.min()) / size for name, time in times.items()}

    return Result(
        {
            "element_ratio": ratio(both),
            "step_ratio": ratio(step),
            "silence_ratio": Interval.of_ratios(products["none silent"] / products["half silent"]),
        },
        Text(
            en=f"Device {place}, one thread; arrays of {size:,} numbers in float32; training step: three layers of "
            f"{width} units, batch {batch}; shortest times in ten blocks of {repeats // BLOCKS} repetitions.",
            fa=f"دستگاه {place}، یک رشته؛ آرایه‌های {digits(f'{size:,}')} عددی از نوع float32؛ گام آموزش: "
            f"سه لایه با {digits(str(width))} نورون و دستهٔ {digits(str(batch))} تایی؛ کوتاه‌ترین زمان‌ها در ده بلوک "
            f"{digits(str(repeats // BLOCKS))} تکراری.",
        ),
        {
            "forward_ns": nanoseconds(forward),
            "both_ns": nanoseconds(both),
            "step_ms": {name: 1e3 * float(time.min()) for name, time in step.items()},
            "step_share": {name: Interval.of(1 - step["linear"] / time) for name, time in step.items()},
        },
    )


_TEACHER_UNITS = 6
_SATURATING = ("sigmoid", "tanh")
_USUAL_INITIALISATION = {"relu": "he", "tanh": "glorot", "sigmoid": "glorot"}


def teacher(units: int, seed: int, examples: int) -> data.Dataset:
    """Return a regression task whose targets a small ReLU network computed, so that its global minimum is zero.

    The teacher sums ``units`` ReLU units with orthonormal weights over standard normal inputs, which is the setting of
    Safran and Shamir (2018); they prove that local minima exist from six units on. The targets are standardised, which
    a student's output layer can undo: other than theirs, our students learn their output layer, too.

    Args:
        units: width of the teacher's hidden layer, and number of inputs.
        seed: decides the weights and the inputs.
        examples: size of the training split.
    """
    generator = np.random.default_rng(seed)
    weights, _ = np.linalg.qr(generator.standard_normal((units, units)))

    def split(size: int) -> tuple[NDArray[np.float32], Doubles]:
        x = generator.standard_normal((size, units)).astype(np.float32)
        return x, np.maximum(x @ weights, 0).sum(axis=1)

    (x, y), (x_validation, y_validation), (x_test, y_test) = split(examples), split(examples // 4), split(examples // 4)
    centre, scale = y.mean(), y.std()

    def standardised(targets: Doubles) -> NDArray[np.float32]:
        return np.asarray((targets - centre) / scale, dtype=np.float32)

    return data.Dataset(
        name="teacher",
        title=Text(en="Targets made by a small ReLU network", fa="هدف‌هایی که شبکهٔ کوچکی از ReLU ساخته است"),
        task="regression",
        classes=(),
        x_train=x,
        y_train=standardised(y),
        x_validation=x_validation,
        y_validation=standardised(y_validation),
        x_test=x_test,
        y_test=standardised(y_test),
        features=(),
        source="Safran & Shamir (2018), arXiv:1712.08968",
        seed=seed,
    )


def speed(
    *,
    seeds: int,
    first_seed: int,
    steps: int,
    learning_rates: Sequence[float],
    target_loss: float,
    teachers: int,
    students: int,
    student_steps: int,
    device: str | None,
) -> Result:
    """Compare how fast ReLU, tanh and sigmoid networks learn, and whether ReLU students find a known global minimum.

    Each activation has its usual initialisation and the learning rate with the lowest final validation loss, averaged
    over the seeds. A sigmoid or tanh network that never reaches the target loss counts with the last step, which
    favours it; ReLU networks have to reach it.

    Measures:
        speedup_over_sigmoid: steps that the sigmoid networks need to reach the target loss, over those of ReLU.
        speedup_over_tanh: the same against tanh.
        stuck_share: share of students whose final loss stays above 0.01 of the targets' variance; the minimum is zero.
    """
    digits_set = data.load("digits")
    run_seeds = seeds_from(first_seed, seeds)
    models = [
        training.Model(name, hidden=(_WIDTH,) * 3, initialisation=initialisation, learning_rate=rate, seed=seed)
        for name, initialisation in _USUAL_INITIALISATION.items()
        for rate in learning_rates
        for seed in run_seeds
    ]
    history = train(models, digits_set, steps=steps, probe_every=5, device=device)
    shape = (len(history.steps), len(_USUAL_INITIALISATION), len(learning_rates), seeds)
    train_loss = history.train_loss.reshape(shape)
    final = np.where(np.isfinite(history.validation_loss[-1]), history.validation_loss[-1], np.inf)
    best = final.reshape(shape[1:]).mean(axis=-1).argmin(axis=-1)
    losses = {
        name: train_loss[:, place, best[place]].astype(np.float64) for place, name in enumerate(_USUAL_INITIALISATION)
    }
    if (losses["relu"].min(axis=0) >= target_loss).any():
        raise ValueError(
            Text(
                en=f"Not every ReLU network came down to a loss of {target_loss:g} in {steps} steps: "
                "give it more steps.",
                fa=f"همهٔ شبکه‌های ReLU در {digits(str(steps))} گام به زیان {digits(f'{target_loss:g}')} نرسیدند: "
                "گام‌های بیشتری بدهید.",
            )
        )
    needed = {name: steps_to(loss, history.steps, target_loss) for name, loss in losses.items()}

    finals = []
    for number in range(teachers):
        first = first_seed + number * students
        group = [
            training.Model("relu", hidden=(_TEACHER_UNITS,), initialisation="he", learning_rate=0.05, seed=seed)
            for seed in seeds_from(first, students)
        ]
        lesson = teacher(_TEACHER_UNITS, first_seed + number, 1000)
        run = train(group, lesson, steps=student_steps, momentum=0.9, probe_every=student_steps, device=device)
        finals.append(run.train_loss[-1])
    ends = np.concatenate(finals)
    rates = {name: learning_rates[best[place]] for place, name in enumerate(_USUAL_INITIALISATION)}
    english = ", ".join(f"{name} {rate:g}" for name, rate in rates.items())
    persian = "، ".join(f"{isolate(name)} {digits(f'{rate:g}')}" for name, rate in rates.items())
    return Result(
        {
            **{f"speedup_over_{name}": Interval.of_ratios(needed[name] / needed["relu"]) for name in _SATURATING},
            "stuck_share": Interval.of_share(int((ends > 0.01).sum()), len(ends)),
        },
        Text(
            en="Digits; three hidden layers of 64 units, SGD; He initialisation for ReLU, Glorot for the others; "
            f"learning rates chosen by validation loss from {len(learning_rates)} values ({english}); target training "
            f"loss {target_loss:g}; {seeds} seeds. {len(ends)} students of {teachers} teachers with six ReLU units: "
            f"{student_steps} steps, learning rate 0.05, momentum 0.9.",
            fa="رقم‌های دست‌نویس؛ سه لایهٔ پنهان با ۶۴ نورون، SGD؛ مقداردهی هی برای ReLU و گلوروت برای بقیه؛ "
            f"نرخ یادگیری به کمک زیان اعتبارسنجی از میان {digits(str(len(learning_rates)))} مقدار "
            f"({persian})؛ زیان آموزش هدف {digits(f'{target_loss:g}')}؛ {digits(str(seeds))} بذر. "
            f"{digits(str(len(ends)))} شاگرد از {digits(str(teachers))} آموزگار با شش نورون ReLU: "
            f"{digits(str(student_steps))} گام، نرخ یادگیری ۰٫۰۵، تکانه ۰٫۹.",
        ),
        {"steps": history.steps, "losses": losses, "target_loss": target_loss, "student_losses": ends},
    )


def _lives(units: Doubles) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which units are dead at the end, which were dead at some probe, and which of these fired again later.

    Args:
        units: share of the inputs on which a unit fires, shape ``(probes, …)``.
    """
    dead = units == 0
    was_dead = np.logical_or.accumulate(dead, axis=0)
    revived = (was_dead[:-1] & ~dead[1:]).any(axis=0)
    return dead[-1], was_dead[-1], revived


def dying(
    *,
    seeds: int,
    first_seed: int,
    steps: int,
    depths: Sequence[int],
    learning_rates: Sequence[float],
    device: str | None,
) -> Result:
    """Count dead and revived ReLU units over learning rate, initialisation and depth.

    A unit is dead at a probe if it fires on no training input. Networks whose loss became infinite are left out.

    Measures:
        dead_gentle: share of dead units at the end; shallowest network, He initialisation, smallest learning rate.
        dead_at_start: share before the first step; deepest network, torch's default initialisation.
        dead_harsh: the same network at the end, largest learning rate.
        revived_deeper: of the deepest networks' units above the first layer that were dead at some probe, the share
            that fired later.
        revived_first: the same in the first layer of networks that start with strongly negative biases.
    """
    if max(depths) < 2:
        raise ValueError(
            Text(
                en="Revivals are counted above the first hidden layer: give at least one depth of 2 or more.",
                fa="بازگشت‌ها در بالای لایهٔ پنهان نخست شمرده می‌شوند: دست‌کم یک عمق ۲ یا بیشتر بدهید.",
            )
        )
    initialisations = ("default", "he")
    digits_set = data.load("digits")
    run_seeds = seeds_from(first_seed, seeds)
    cells = [
        (depth, initialisation, rate)
        for depth in depths
        for initialisation in initialisations
        for rate in learning_rates
    ]
    models = [
        training.Model("relu", hidden=(_WIDTH,) * depth, initialisation=initialisation, learning_rate=rate, seed=seed)
        for depth, initialisation, rate in cells
        for seed in run_seeds
    ]
    drowned = [
        training.Model("relu", hidden=(_WIDTH,), initialisation="he", learning_rate=0.1, seed=seed, bias=-5.0)
        for seed in seeds_from(first_seed, 4 * seeds)
    ]
    history = train([*models, *drowned], digits_set, steps=steps, probe_every=10, record_units=True, device=device)
    assert history.units is not None
    units = history.units.astype(np.float64)
    per_seed = np.zeros((seeds, 2), dtype=np.int64)  # above the first layer: revived, dead at some probe
    counts: dict[tuple[int, str, float], NDArray[np.int64]] = {}
    at_start: dict[tuple[int, str, float], NDArray[np.int64]] = {}
    for number, cell in enumerate(cells):
        mine = slice(number * seeds, (number + 1) * seeds)
        usable = ~history.diverged[mine]
        lives = units[:, mine, : cell[0]]
        end, ever, again = _lives(lives)
        at_start[cell] = (lives[0] == 0).sum(axis=(1, 2))
        counts[cell] = end.sum(axis=(1, 2))[usable]
        if cell[0] == max(depths):
            found = np.stack([again[:, 1:].sum(axis=(1, 2)), ever[:, 1:].sum(axis=(1, 2))], axis=-1)
            per_seed += np.where(usable[:, None], found, 0)
    _, first_ever, first_again = _lives(units[:, len(models) :, :1])
    gentle, harsh = (min(depths), "he", min(learning_rates)), (max(depths), "default", max(learning_rates))

    def dead_share(cell: tuple[int, str, float], dead: NDArray[np.int64]) -> Interval:
        return Interval.of_counts(dead, np.full(len(dead), cell[0] * _WIDTH))

    def grid(value: Callable[[NDArray[np.int64], int], float], depth: int) -> list[list[float]]:
        return [[value(counts[depth, name, rate], depth) for rate in learning_rates] for name in initialisations]

    def mean_share(dead: NDArray[np.int64], depth: int) -> float:
        return float(dead.mean()) / (depth * _WIDTH) if dead.size else float("nan")

    diverged = int(history.diverged.sum())
    english = ", ".join(f"{rate:g}" for rate in learning_rates)
    persian = "، ".join(digits(f"{rate:g}") for rate in learning_rates)
    return Result(
        {
            "dead_gentle": dead_share(gentle, counts[gentle]),
            "dead_at_start": dead_share(harsh, at_start[harsh]),
            "dead_harsh": dead_share(harsh, counts[harsh]),
            "revived_deeper": Interval.of_counts(per_seed[:, 0], per_seed[:, 1]),
            "revived_first": Interval.of_counts(first_again.sum(axis=(1, 2)), first_ever.sum(axis=(1, 2))),
        },
        Text(
            en=f"Digits; {' and '.join(map(str, depths))} hidden layers of {_WIDTH} units, default and He "
            f"initialisation, SGD with learning rates {english}, {steps} steps, probed every ten; {seeds} seeds; "
            f"{diverged} networks left out because their loss became infinite. First layer: networks of one hidden "
            "layer that start with biases of −5.",
            fa=f"رقم‌های دست‌نویس؛ {' و '.join(digits(str(depth)) for depth in depths)} لایهٔ پنهان با "
            f"{digits(str(_WIDTH))} نورون، مقداردهی پیش‌فرض و هی، SGD با نرخ‌های یادگیری {persian}، "
            f"{digits(str(steps))} گام با سنجش در هر ده گام؛ {digits(str(seeds))} بذر؛ {digits(str(diverged))} شبکه "
            f"چون زیانشان بی‌نهایت شد کنار گذاشته شدند. لایهٔ نخست: شبکه‌هایی با یک لایهٔ پنهان که با بایاس "
            "\u200e−۵ آغاز می‌شوند.",
        ),
        {
            "dead": {depth: grid(mean_share, depth) for depth in depths},
            "networks": {depth: grid(lambda dead, _: len(dead), depth) for depth in depths},
            "seeds": seeds,
            "learning_rates": tuple(learning_rates),
            "initialisations": initialisations,
        },
    )


def one_negative(*, seeds: int, first_seed: int, steps: int, device: str | None) -> Result:
    """Follow the ReLU units that meet a negative input before training, and see which still fire afterwards.

    Measures:
        met_negative: share of the hidden units with a negative pre-activation on some training input at the start.
        survivors: of these, the share that fires on some training input after training.
    """
    history = train(
        _gentle_models(first_seed, seeds),
        data.load("digits"),
        steps=steps,
        probe_every=10,
        record_units=True,
        device=device,
    )
    assert history.units is not None
    met = history.units[0] < 1
    alive = history.units[-1] > 0
    return Result(
        {
            "met_negative": Interval.of_counts(met.sum(axis=(1, 2)), np.full(seeds, met[0].size)),
            "survivors": Interval.of_counts((met & alive).sum(axis=(1, 2)), met.sum(axis=(1, 2))),
        },
        _gentle(steps, seeds),
        {"steps": history.steps, "units": history.units[:, 0, -1]},
    )
