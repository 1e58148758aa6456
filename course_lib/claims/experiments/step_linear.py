"""The experiments of lesson 02: the step, which has no slope, and the linear function, which has nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from course_lib import activations, data, nn, training
from course_lib.activations import Activation, get
from course_lib.claims.experiment import Result, Steps, Task
from course_lib.claims.experiments import perceptron
from course_lib.claims.experiments.comparison import Doubles, seeds_from
from course_lib.claims.experiments.threads import one_thread
from course_lib.claims.interval import Interval
from course_lib.language import Text, digits, isolate
from course_lib.training import batches, one_by_one
from course_lib.training.split import Split

_FLOATS = (np.float16, np.float32, np.float64)


def _numbers(values: Sequence[float]) -> Text:
    return Text(en=", ".join(f"{value:g}" for value in values), fa="، ".join(digits(f"{value:g}") for value in values))


_STEPS: Mapping[str, Callable[[Any], Any]] = {
    "course": get("step"),
    "half": lambda x: np.heaviside(x, x.dtype.type(0.5)),
    "zero": lambda x: np.heaviside(x, x.dtype.type(0)),
    "sign": lambda x: (1 + np.sign(x)) / 2,
    "torch": lambda x: torch.heaviside(torch.tensor(x), torch.tensor(x.dtype.type(1))).numpy(),
}
"""Ways of writing the step that are in use: NumPy and torch ask the caller for the value at 0."""


def definition(*, dtypes: Sequence[str], device: str | None) -> Result:
    """Evaluate the step next to 0, at both zeros and far away, in every dtype, and compare it to other definitions.

    It is computed by NumPy, so ``device`` makes no difference.

    Measures:
        below: largest value at negative numbers, down to the one next to 0 and up to −∞.
        at_zero: smallest value at +0 and −0.
        above: smallest value at positive numbers.
        spread: largest minus smallest value at 0 among the definitions in use.
        nan_lost: how many of these five definitions answer NaN with a number.
        wrong_and: share of the rows of the truth table that H(x₁ + x₂ − 2), a neuron for "and", gets wrong if H(0) = 0.
    """
    below, at_zero, above, spread = [], [], [], []
    shown: dict[str, list[float]] = {name: [] for name in _STEPS}
    for dtype in map(np.dtype, dtypes):
        limits = np.finfo(dtype)
        positive = np.array([limits.smallest_subnormal, limits.tiny, 1, limits.max, np.inf], dtype)
        zeros = np.array([-0.0, 0.0], dtype)
        step = get("step")
        below.append(step(-positive).max())
        at_zero.append(step(zeros).min())
        above.append(step(positive).min())
        values = np.array([each(zeros) for each in _STEPS.values()])
        spread.append(np.ptp(values, axis=0).max())
    least = np.finfo(np.float64).smallest_subnormal
    places = np.array([-1.0, -least, -0.0, 0.0, least, 1.0, np.nan])
    for name, each in _STEPS.items():
        shown[name] = np.asarray(each(places), np.float64).tolist()
    first, second = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0])
    answers = _STEPS["zero"](first + second - 2)
    return Result(
        {
            "below": Interval.exact(float(max(below))),
            "at_zero": Interval.exact(float(min(at_zero))),
            "above": Interval.exact(float(min(above))),
            "spread": Interval.exact(float(max(spread))),
            "nan_lost": Interval.exact(sum(not np.isnan(values[-1]) for values in shown.values())),
            "wrong_and": Interval.exact(float((answers != first * second).mean())),
        },
        Text(
            en=f"Computed, not sampled: {', '.join(dtypes)}, from −∞ over the smallest number next to zero to +∞; "
            "the definitions of NumPy, of torch and by the sign.",
            fa=f"محاسبه، نه نمونه‌گیری: {isolate('، '.join(dtypes))}، از منفی بی‌نهایت، از راه کوچک‌ترین عددهای کنار "
            "صفر، تا مثبت بی‌نهایت؛ تعریف‌های NumPy و torch و تعریف به کمک علامت.",
        ),
        {"places": places, "values": shown},
    )


def _codes(classes: int, units: int, generator: np.random.Generator) -> Doubles:
    """Return a word of zeros and ones for each class, all of them different ``(classes, units)``."""
    while True:
        words = generator.integers(0, 2, (classes, units)).astype(np.float64)
        if len(np.unique(words, axis=0)) == classes:
            return words


def _decoded(fired: Doubles, words: Doubles, classes: NDArray[np.int64]) -> float:
    """Return the share of examples whose own class has the nearest word; where two are equally near, neither counts.

    Args:
        fired: zeros and ones ``(examples, units)``.
        words: of the classes ``(classes, units)``.
        classes: the right ones ``(examples,)``.
    """
    distance = np.abs(fired[:, None] - words).sum(axis=-1)
    own = np.take_along_axis(distance, classes[:, None], axis=1)
    return float(((distance <= own).sum(axis=1) == 1).mean())


def several_classes(*, units: int, epochs: int, seeds: int, first_seed: int, device: str | None) -> Result:
    """Classify ten digits by step units that learn by the perceptron rule, each telling some classes from the others.

    It is computed by NumPy, so ``device`` makes no difference.

    Measures (test accuracy):
        one_unit: the best that one step unit can do, whatever its weights: it has two answers, so it can be right about
            two classes at most.
        fewest: as many units as it takes to write the number of the class in binary digits.
        one_per_class: one unit per class; an answer counts only if the right unit alone fires.
        code: more units, a random word for each class; the nearest word is the answer.
    """
    task = data.load("digits")
    count = len(task.classes)
    x, x_test = perceptron.with_constant(task.x_train), perceptron.with_constant(task.x_test)
    y_test = task.y_test.astype(np.int64)
    length = (count - 1).bit_length()
    binary = (np.arange(count)[:, None] >> np.arange(length) & 1).astype(np.float64)
    accuracy: dict[str, list[float]] = {"fewest": [], "one_per_class": [], "code": []}
    for seed in seeds_from(first_seed, seeds):
        generator = np.random.default_rng(seed)
        schemes = {"fewest": binary, "one_per_class": np.eye(count), "code": _codes(count, units, generator)}
        for name, words in schemes.items():
            weights = perceptron.learn(x, words[task.y_train], epochs=epochs, generator=generator)[-1]
            accuracy[name].append(_decoded(perceptron.outputs(weights, x_test), words, y_test))
    largest = np.sort(np.bincount(y_test))[-2:].sum() / len(y_test)
    measures = {
        "one_unit": Interval.exact(float(largest)),
        **{name: Interval.of(found) for name, found in accuracy.items()},
    }
    return Result(
        measures,
        Text(
            en=f"Digits, one split; step units on the 64 pixels, weights start at 0, perceptron rule, {epochs} "
            "epochs; "
            f"{length}, {count} and {units} units; {seeds} seeds for the order and the words; Student’s t intervals; "
            "float64.",
            fa=f"رقم‌های دست‌نویس، یک تقسیم؛ نورون‌های پله‌ای روی ۶۴ پیکسل، وزن‌های آغازین ۰، قاعدهٔ پرسپترون، "
            f"{digits(str(epochs))} دور؛ {digits(str(length))}، {digits(str(count))} و {digits(str(units))} نورون؛ "
            f"{digits(str(seeds))} بذر برای ترتیب و کدها؛ بازه‌های تی استیودنت؛ float64.",
        ),
        {"accuracy": measures, "units": {"one_unit": 1, "fewest": length, "one_per_class": count, "code": units}},
    )


_step = nn.function("step")


def _straight_through(z: Tensor) -> Tensor:
    """Return H(z), with the derivative of z itself between −1 and 1 (Bengio et al. 2013; Courbariaux et al. 2016)."""
    passed = z.clamp(-1, 1)
    return passed + (_step(z) - passed).detach()


class StepNetworks(NamedTuple):
    """What a training of networks of step units leaves behind, models first.

    Attributes:
        first: the parameters before training, layer by layer, weights then biases.
        last: the same after training.
        losses: the training loss at every probe ``(probes, models)``.
        validation_loss: at the end ``(models,)``.
        test_accuracy: at the end ``(models,)``.
    """

    first: list[Tensor]
    last: list[Tensor]
    losses: Tensor
    validation_loss: Tensor
    test_accuracy: Tensor


@one_thread()
def train_steps(
    activation: Callable[[Tensor], Tensor],
    task: data.Dataset,
    *,
    hidden: Sequence[int],
    rates: Sequence[float],
    seeds: Sequence[int],
    steps: int,
    probe_every: int,
    device: str | None,
) -> StepNetworks:
    """Train classifiers by gradient descent, one per learning rate and seed, all at once.

    Other than ``training.train`` it takes any function for an activation, and gives the weights back.

    Args:
        activation: of the hidden layers.
        task: several classes.
        hidden: widths.
        rates: learning rates.
        seeds: of the first weights (Glorot) and of the order of the examples.
        steps: of gradient descent on batches of 64.
        probe_every: steps between probes of the training loss.
        device: where to compute.
    """
    place = nn.device(device)
    widths = (task.inputs, *hidden, task.outputs)
    drawn = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        drawn.append([nn.initialise("glorot", *shape, generator) for shape in pairwise(widths)])
    parameters = [
        torch.stack([layers[layer][kind] for layers in drawn]).repeat(len(rates), *[1] * (2 - kind)).to(place)
        for layer in range(len(widths) - 1)
        for kind in (0, 1)
    ]
    first = [each.clone() for each in parameters]
    for each in parameters:
        each.requires_grad_()
    rate = torch.tensor(rates).repeat_interleave(len(seeds)).to(place)
    splits = {name: Split.of(task, name, place) for name in ("train", "validation", "test")}

    def answer(x: Tensor) -> Tensor:
        for layer, (weight, bias) in enumerate(zip(parameters[::2], parameters[1::2], strict=True)):
            x = torch.baddbmm(bias.unsqueeze(1), activation(x) if layer else x, weight.transpose(1, 2))
        return x

    def loss(x: Tensor, y: Tensor) -> Tensor:
        each = functional.cross_entropy(answer(x).flatten(0, 1), y.flatten(), reduction="none")
        return each.view(len(rate), -1).mean(1)

    def everything(name: str) -> tuple[Tensor, Tensor]:
        split = splits[name]
        return split.x.expand(len(rate), -1, -1), split.y.expand(len(rate), -1)

    rows = batches.orders(list(seeds), len(task.x_train), 64)
    losses = []
    for step in range(steps + 1):
        if step % probe_every == 0 or step == steps:
            with torch.no_grad():
                losses.append(loss(*everything("train")))
        if step < steps:
            chosen = next(rows).repeat(len(rates), 1).to(place)
            found = torch.autograd.grad(loss(splits["train"].x[chosen], splits["train"].y[chosen]).sum(), parameters)
            with torch.no_grad():
                for each, gradient in zip(parameters, found, strict=True):
                    each.sub_(rate.view(-1, *[1] * (each.dim() - 1)) * gradient)
    with torch.no_grad():
        x, y = everything("test")
        right = (answer(x).argmax(2) == y).double().mean(1)
        validation = loss(*everything("validation"))
    return StepNetworks(first, [each.detach() for each in parameters], torch.stack(losses), validation, right)


_PROBE = 20


def gradient(
    *,
    hidden: Sequence[int],
    learning_rates: Sequence[float],
    seeds: int,
    first_seed: int,
    steps: int,
    device: str | None,
) -> Result:
    """Train networks of step units by backpropagation, with the true slope and with a stand-in for it.

    Measures:
        moved_below: weights and biases below a step whose bits changed during the training, counted over all networks
            trained with the true slope, every learning rate included.
        moved_above: share of the weights and biases above the last step that changed in the same networks.
        straight_through: test accuracy with the straight-through slope − with the true slope, each at the learning rate
            with the lowest validation loss.
    """
    task = data.load("digits")
    run_seeds = list(seeds_from(first_seed, seeds))
    shape = (len(learning_rates), seeds)
    accuracy, losses, rates = {}, {}, {}
    moved: list[float] = []
    slopes = {"true": _step, "straight-through": _straight_through}
    for name, function in slopes.items():
        run = train_steps(
            function,
            task,
            hidden=hidden,
            rates=learning_rates,
            seeds=run_seeds,
            steps=steps,
            probe_every=_PROBE,
            device=device,
        )
        best = int(run.validation_loss.view(shape).mean(1).nan_to_num(torch.inf).argmin())
        accuracy[name] = run.test_accuracy.view(shape)[best].cpu().numpy()
        losses[name] = run.losses.view(-1, *shape)[:, best].double().cpu().numpy()
        rates[name] = learning_rates[best]
        if name == "true":
            changed = [
                (a.view(torch.int32) != b.view(torch.int32)).double() for a, b in zip(run.first, run.last, strict=True)
            ]
            below, above = changed[:-2], torch.cat([each.flatten() for each in changed[-2:]])
            moved = [float(sum(each.sum() for each in below)), float(above.mean())]
    widths, grid = " and ".join(map(str, hidden)), _numbers(learning_rates)
    return Result(
        {
            "moved_below": Interval.exact(moved[0]),
            "moved_above": Interval.exact(moved[1]),
            "straight_through": Interval.of(accuracy["straight-through"] - accuracy["true"]),
        },
        Text(
            en=f"Digits, one split; hidden layers of {widths} step units, Glorot initialisation; SGD, batch 64, "
            f"{steps} "
            f"steps; learning rates {grid.en}, chosen by validation loss (true slope {rates['true']:g}, "
            f"straight-through {rates['straight-through']:g}); {seeds} seeds, paired; Student’s t intervals; float32.",
            fa=f"رقم‌های دست‌نویس، یک تقسیم؛ لایه‌های پنهان با {' و '.join(digits(str(width)) for width in hidden)} "
            "نورون "
            f"پله‌ای، مقداردهی گلوروت؛ SGD، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ‌های یادگیری {grid.fa}، به کمک "
            f"زیان اعتبارسنجی (شیب واقعی {digits(format(rates['true'], 'g'))}، گذر مستقیم "
            f"{digits(format(rates['straight-through'], 'g'))})؛ {digits(str(seeds))} بذر، جفت‌شده؛ بازه‌های تی "
            "استیودنت؛ float32.",
        ),
        {"steps": np.append(np.arange(0, steps, _PROBE), steps), "losses": losses},
    )


def _clouds(
    generator: np.random.Generator, examples: int, features: int, *, separable: bool
) -> tuple[Doubles, Doubles]:
    """Return points of two classes with the constant feature, and their classes ``(examples, 1)``.

    Overlapping classes are two normal clouds whose centres are two deviations apart, so that no rule at all is right
    more often than Φ(1) ≈ 84 %. Separable ones are a single cloud cut by a plane, with a gap along it.
    """
    if separable:
        gap = 0.2
        normal = generator.standard_normal(features)
        normal /= np.linalg.norm(normal)
        x = generator.standard_normal((8 * examples, features))
        x = x[np.abs(x @ normal) > gap / 2][:examples]
        y = (x @ normal > 0).astype(np.float64)
    else:
        y = generator.integers(0, 2, examples).astype(np.float64)
        x = generator.standard_normal((examples, features))
        x[:, 0] += 2 * y - 1
    return perceptron.with_constant(x), y[:, None]


def _descend(x: Doubles, targets: Doubles, first: Doubles, activation: Activation, steps: int) -> Doubles:
    """Return weights after gradient descent on the squared error of f(w·x), with learning rate 1."""
    weights = first.copy()
    for _ in range(steps):
        z = x @ weights.T
        weights -= ((activation(z) - targets) * activation.derivative(z)).T @ x / len(x)
    return weights


def _right(weights: Doubles, x: Doubles, targets: Doubles) -> float:
    """Return the share of examples that a step unit classifies rightly."""
    return float((perceptron.outputs(weights, x) == targets).mean())


def use(
    *, features: int, examples: int, epochs: int, steps: int, seeds: int, first_seed: int, device: str | None
) -> Result:
    """Train a step unit as a binary classifier: by the perceptron rule, by gradient, and by way of the sigmoid.

    Every seed draws data of its own. It is computed by NumPy, so ``device`` makes no difference.

    Measures:
        perceptron: share of separable training examples that the perceptron rule gets right in the end.
        gradient: by how much gradient descent through the step raises that share.
        sigmoid: on overlapping classes, test accuracy of weights that were trained with a sigmoid in place of the step
            (which is put back for the answer), less that of the perceptron rule's.
    """
    by_rule, by_gradient, lead = [], [], []
    curves: dict[str, list[list[float]]] = {"separable": [], "overlapping": []}
    for seed in seeds_from(first_seed, seeds):
        generator = np.random.default_rng(seed)
        x, y = _clouds(generator, examples, features, separable=True)
        learned = perceptron.learn(x, y, epochs=epochs, generator=generator)
        curves["separable"].append([_right(weights, x, y) for weights in learned])
        by_rule.append(curves["separable"][-1][-1])
        first = generator.standard_normal((1, features + 1))
        by_gradient.append(_right(_descend(x, y, first, get("step"), steps), x, y) - _right(first, x, y))
        x, y = _clouds(generator, examples, features, separable=False)
        x_test, y_test = _clouds(generator, 20 * examples, features, separable=False)
        learned = perceptron.learn(x, y, epochs=epochs, generator=generator)
        curves["overlapping"].append([_right(weights, x_test, y_test) for weights in learned])
        smooth = _descend(x, y, first, get("sigmoid"), steps)
        lead.append(_right(smooth, x_test, y_test) - curves["overlapping"][-1][-1])
    return Result(
        {"perceptron": Interval.of(by_rule), "gradient": Interval.of(by_gradient), "sigmoid": Interval.of(lead)},
        Text(
            en=f"Generated: {examples} points with {features} features; separable by a gap of 0.2, or two normal "
            "clouds "
            f"two deviations apart ({20 * examples} test points); perceptron rule {epochs} epochs from weights 0; "
            f"gradient descent on the squared error, learning rate 1, {steps} steps from standard normal weights; "
            f"{seeds} seeds, each with data of its own, paired; Student’s t intervals; float64.",
            fa=f"دادهٔ ساختگی: {digits(str(examples))} نقطه با {digits(str(features))} ویژگی؛ جداپذیر با فاصلهٔ ۰٫۲، "
            "یا "
            f"دو ابر نرمال با دو انحراف معیار فاصله ({digits(str(20 * examples))} نقطهٔ آزمون)؛ قاعدهٔ پرسپترون "
            f"{digits(str(epochs))} دور از وزن‌های ۰؛ گرادیان کاهشی روی مربع خطا، نرخ یادگیری ۱، "
            f"{digits(str(steps))} "
            f"گام از وزن‌های نرمال استاندارد؛ {digits(str(seeds))} بذر، هر کدام با دادهٔ خودش، جفت‌شده؛ بازه‌های تی "
            "استیودنت؛ float64.",
        ),
        {"epochs": np.arange(1, epochs + 1), "accuracy": {name: np.array(found).T for name, found in curves.items()}},
    )


def constant(*, slopes: Sequence[float], reach: int, device: str | None) -> Result:
    """Compute the slope of the linear function as a difference quotient at many inputs, and by its formula.

    Inputs, distances and slopes are short binary fractions, so that nothing is rounded and the quotient is exact. It is
    computed by NumPy, so ``device`` makes no difference.

    Measures (over float16, float32 and float64):
        spread: largest minus smallest difference quotient of linear functions, the worst of the given slopes.
        error: largest distance of the derivative's formula from the difference quotient.
        spread_elsewhere: largest minus smallest derivative of that other function of the course which varies least (but
            for the step, whose derivative is 0 wherever it exists), in float64.
    """
    spreads, errors = [], []
    for dtype, slope in product(_FLOATS, slopes):
        function = get("linear", slope=slope)
        x = np.arange(-4 * reach, 4 * reach + 1).astype(dtype) / dtype(4)
        quotient = (function(x[1:]) - function(x[:-1])) / (x[1:] - x[:-1])
        spreads.append(np.ptp(quotient))
        errors.append(np.abs(quotient - function.derivative(x[:-1])).max())
    line = np.linspace(-reach, reach, 64 * reach + 1)
    others = [get(name) for name in activations.names() if name not in ("linear", "step")]
    varied = {each.name: each.derivative(line) for each in others if each.elementwise}
    return Result(
        {
            "spread": Interval.exact(float(max(spreads))),
            "error": Interval.exact(float(max(errors))),
            "spread_elsewhere": Interval.exact(float(min(np.ptp(values) for values in varied.values()))),
        },
        Text(
            en=f"Computed, not sampled: slopes {_numbers(slopes).en}; inputs from −{reach} to {reach} in steps of "
            "0.25.",
            fa=f"محاسبه، نه نمونه‌گیری: شیب‌های {_numbers(slopes).fa}؛ ورودی‌ها از {digits(str(-reach))} تا "
            f"{digits(str(reach))} با گام ۰٫۲۵.",
        ),
        {
            "x": line,
            "derivatives": {
                "linear": get("linear").derivative(line),
                **{name: varied[name] for name in ("sigmoid", "tanh", "swish")},
            },
        },
    )


class Updates(NamedTuple):
    """The updates of the weights of one linear unit per seed.

    Attributes:
        sizes: Euclidean norm of each update ``(steps, seeds)``.
        error: largest distance of an update from −rate · 2 · error · slope · input, relative to the update.
    """

    sizes: Doubles
    error: float


@one_thread()
def _updates(task: data.Dataset, *, batch_size: int, rate: float, seeds: Sequence[int], steps: int) -> Updates:
    """Train a linear unit per seed on the squared error, in float64, and record what autograd does to the weights."""
    split = Split.of(task, "train")
    x_all, y_all = split.x.double(), split.y.double()
    activation, function = get("linear"), nn.function("linear")
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    shape = (task.inputs,)
    weights = torch.stack([torch.randn(shape, generator=each, dtype=torch.float64) for each in generators])
    weights.requires_grad_()
    order = batches.orders(list(seeds), len(x_all), batch_size)
    sizes, errors = [], []
    for _ in range(steps):
        rows = next(order)
        x, y = x_all[rows], y_all[rows]
        z = (x * weights[:, None]).sum(-1)
        loss = (function(z) - y).square().mean(1).sum()
        (found,) = torch.autograd.grad(loss, weights)
        update = -rate * found
        slope = torch.from_numpy(activation.derivative(z.detach().numpy()))
        expected = -rate * 2 * ((z.detach() - y) * slope).unsqueeze(-1).mul(x).mean(1)
        norm = update.norm(dim=1)
        errors.append(((update - expected).norm(dim=1) / norm).max().item())
        sizes.append(norm.numpy())
        with torch.no_grad():
            weights += update
    return Updates(np.array(sizes), max(errors))


def updates(*, steps: int, whole_steps: int, seeds: int, first_seed: int, device: str | None) -> Result:
    """Record by how much the weights of a linear unit change in every step of a training.

    The unit is small and trained on the CPU in float64, so ``device`` makes no difference.

    Measures:
        variation: standard deviation of the sizes of the updates over a run, relative to their mean; one example a
            step.
        shrinkage: size of the last update relative to the first; the whole training split in every step.
        error: largest relative distance of any update from −rate · 2 · error · slope · input, averaged over the batch.
    """
    task = data.load("diabetes")
    run_seeds = list(seeds_from(first_seed, seeds))
    single = _updates(task, batch_size=1, rate=0.005, seeds=run_seeds, steps=steps)
    whole = _updates(task, batch_size=len(task.x_train), rate=0.05, seeds=run_seeds, steps=whole_steps)
    return Result(
        {
            "variation": Interval.of(single.sizes.std(axis=0) / single.sizes.mean(axis=0)),
            "shrinkage": Interval.of_ratios(whole.sizes[-1] / whole.sizes[0]),
            "error": Interval.exact(max(single.error, whole.error)),
        },
        Text(
            en=f"Diabetes data; one linear unit on the squared error, standard normal first weights; {steps} steps "
            "with "
            f"one example each and learning rate 0.005, {whole_steps} steps with the whole training split and learning "
            f"rate 0.05; {seeds} seeds; Student’s t intervals; float64.",
            fa=f"دادهٔ دیابت؛ یک نورون خطی با مربع خطا، وزن‌های آغازین نرمال استاندارد؛ {digits(str(steps))} گام با یک "
            "نمونه "
            f"در هر گام و نرخ یادگیری ۰٫۰۰۵، {digits(str(whole_steps))} گام با همهٔ بخش آموزش و نرخ یادگیری ۰٫۰۵؛ "
            f"{digits(str(seeds))} بذر؛ بازه‌های تی استیودنت؛ float64.",
        ),
        {
            "steps": np.arange(1, whole_steps + 1),
            "sizes": whole.sizes / whole.sizes[0],
        },
    )


@one_thread()
def local_slopes(
    *, rates: Sequence[float], first_seed: int, hidden: Sequence[int], steps: int, device: str | None
) -> list[Doubles]:
    """Return how steeply networks' outputs depend on each feature, at every test example of the diabetes data.

    A single small network is trained quickest on the CPU, so ``device`` makes no difference.

    Args:
        rates: the learning rate of a network for each split.
        first_seed: of the first split and of its network; the others follow.
        hidden: widths; none for a linear model.
        steps: of Adam.
        device: not used.

    Returns:
        Per split, ``(examples, features)``.
    """
    found = []
    for seed, rate in enumerate(rates, first_seed):
        task = data.load("diabetes", seed)
        model = training.Model("relu", tuple(hidden), "matched", learning_rate=rate, seed=seed)
        network, _ = one_by_one.train(model, task, optimiser="adam", steps=steps)
        x = torch.tensor(task.x_test).requires_grad_()
        (slopes,) = torch.autograd.grad(network(x).sum(), x)
        found.append(slopes.double().numpy())
    return found


def contradiction(slopes: Doubles) -> float:
    """Return which share of the slopes points against the mean slope of its feature, weighted by their sizes.

    Args:
        slopes: ``(examples, features)``.
    """
    against = np.sign(slopes) * np.sign(slopes.mean(axis=0)) < 0
    return float(np.abs(slopes)[against].sum() / np.abs(slopes).sum())


_TASKS = {"diabetes": "test_loss", "breast_cancer": "test_accuracy", "moons": "test_accuracy"}


def simple(
    *, hidden: Sequence[int], learning_rates: Sequence[float], steps: int, splits: int, first_seed: int
) -> Steps:
    """Compare linear models to multilayer perceptrons on tabular data, and ask both what a feature does.

    Measures:
        diabetes: test loss of the linear model − that of the network, in variances of the training targets.
        breast_cancer: test accuracy of the network − that of the linear model.
        moons: the same where the border between the classes is curved.
        linear_against: share of the linear model's local slopes, weighted by size, that point against the mean slope of
            their feature: the same feature raises one forecast and lowers another.
        network_against: the same of the networks.
    """
    shapes: dict[str, list[int]] = {"linear": [], "network": list(hidden)}
    kinds = {
        kind: {"activation": "relu", "hidden": shape, "initialisation": "matched"} for kind, shape in shapes.items()
    }
    seeds = seeds_from(first_seed, splits)
    cells = list(product(_TASKS, seeds))
    found = yield [
        Task(
            "comparison.scores",
            {
                "kinds": kinds,
                "dataset": dataset,
                "data_seed": seed,
                "learning_rates": list(learning_rates),
                "seeds": 1,
                "first_seed": seed,
                "optimiser": "adam",
                "steps": steps,
                "probe_every": steps,
            },
        )
        for dataset, seed in cells
    ]
    scores = dict(zip(cells, found, strict=True))

    def lead(dataset: str) -> Doubles:
        score = _TASKS[dataset]
        network, linear = (
            np.array([float(scores[dataset, seed][kind][score][0]) for seed in seeds]) for kind in ("network", "linear")
        )
        lead: Doubles = linear - network if score == "test_loss" else network - linear
        return lead

    slopes = yield [
        Task(
            "step_linear.local_slopes",
            {
                "rates": [scores["diabetes", seed][kind]["learning_rate"] for seed in seeds],
                "first_seed": first_seed,
                "hidden": shapes[kind],
                "steps": steps,
            },
        )
        for kind in kinds
    ]
    against = {kind: [contradiction(each) for each in of] for kind, of in zip(kinds, slopes, strict=True)}
    grid = _numbers(learning_rates)
    shape = Text(
        en=" and ".join(map(str, hidden)),
        fa=" و ".join(digits(str(width)) for width in hidden),
    )
    return Result(
        {
            **{dataset: Interval.of(lead(dataset)) for dataset in _TASKS},
            "linear_against": Interval.of(against["linear"]),
            "network_against": Interval.of(against["network"]),
        },
        Text(
            en=f"Diabetes, breast cancer and two moons; linear model, or hidden layers of {shape.en} ReLU units; "
            "matched "
            f"initialisation; Adam, batch 64, {steps} steps; learning rate by validation loss from {grid.en}; {splits} "
            "random splits with one seed each, paired; Student’s t intervals; float32.",
            fa=f"دیابت، سرطان پستان و دو هلال؛ مدل خطی، یا لایه‌های پنهان با {shape.fa} نورون ReLU؛ مقداردهی سازگار با "
            "تابع؛ "
            f"Adam، دستهٔ ۶۴ تایی، {digits(str(steps))} گام؛ نرخ یادگیری به کمک زیان اعتبارسنجی از میان {grid.fa}؛ "
            f"{digits(str(splits))} تقسیم تصادفی، هر کدام با یک بذر، جفت‌شده؛ بازه‌های تی استیودنت؛ float32.",
        ),
        {
            "features": data.load("diabetes").features,
            "slopes": {kind: of[0] for kind, of in zip(kinds, slopes, strict=True)},
        },
    )
