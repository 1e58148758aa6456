"""How the time of a training run grows with the number of models and with their depth.

Every size is measured by turns in one process; the median counts. *Growth against linear* compares each size with the
one before: 1 is linear, less is better, and figures that stay above 1 would mean growth worse than linear.
"""

from __future__ import annotations

import argparse
import statistics
import time

from course_lib import data, training

MODELS = (1, 5, 20, 60, 150, 300, 600)
DEPTHS = (1, 2, 5, 10, 20, 40, 60)
FUNCTIONS = ("sigmoid", "tanh", "relu", "elu", "swish", "gelu")


def networks(count: int, depth: int) -> list[training.Model]:
    return [
        training.Model(FUNCTIONS[i % len(FUNCTIONS)], (32,) * depth, "matched", 0.01, seed=i // len(FUNCTIONS))
        for i in range(count)
    ]


def seconds(models: list[training.Model], steps: int) -> float:
    digits = data.load("digits")
    began = time.perf_counter()
    training.train(models, digits, steps=steps, probe_every=steps, progress=False)
    return time.perf_counter() - began


def table(title: str, sizes: tuple[int, ...], runs: dict[int, list[training.Model]], steps: int, repeats: int) -> None:
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(repeats):
        for size in sizes:
            times[size].append(seconds(runs[size], steps))
    medians = {size: statistics.median(values) for size, values in times.items()}
    print(f"{title:>8}{'seconds':>10}{'ms each':>10}{'growth against linear':>24}")
    for number, (size, taken) in enumerate(medians.items()):
        before = sizes[number - 1] if number else size
        growth = (taken / medians[before]) / (size / before)
        print(f"{size:>8}{taken:>10.2f}{1e3 * taken / size:>10.1f}{growth:>22.2f} ×")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--steps", type=int, default=60)
    arguments.add_argument("--repeats", type=int, default=3)
    chosen = arguments.parse_args()
    table("models", MODELS, {n: networks(n, 3) for n in MODELS}, chosen.steps, chosen.repeats)
    print()
    table("layers", DEPTHS, {depth: networks(60, depth) for depth in DEPTHS}, chosen.steps, chosen.repeats)


if __name__ == "__main__":
    main()
