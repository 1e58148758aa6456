"""How much faster many networks train together than one after another, and how close that is to the machine's limit.

Run it on an otherwise idle machine: ``python -m benchmarks.training``. Both ways train the same 60 networks (12
activations × 5 seeds, 64-64-64-10 on the digits) in one process, by turns; the medians are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import torch

from course_lib import activations, data, training
from course_lib.training import one_by_one

BATCH = 64


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def products(models: int, widths: tuple[int, ...]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return the matrix products of one step: forward, for the weights, and back through all but the first layer."""
    found = []
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
        x, w, delta = (torch.randn(models, *shape) for shape in ((BATCH, fan_in), (fan_in, fan_out), (BATCH, fan_out)))
        found += [(x, w), (delta.transpose(1, 2), x)]
        if layer:
            found.append((delta, w.transpose(1, 2)))
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--steps", type=int, default=300)
    arguments.add_argument("--repeats", type=int, default=5)
    chosen = arguments.parse_args()
    digits = data.load("digits")
    models = [training.Model(name, (64, 64), "he", 0.1, seed) for name in activations.names() for seed in range(5)]

    def together(probe_every: int = chosen.steps) -> object:
        return training.train(models, digits, steps=chosen.steps, probe_every=probe_every, progress=False)

    def apart() -> object:
        return [one_by_one.train(model, digits, steps=chosen.steps) for model in models]

    def on_one_thread(work: Callable[[], object]) -> float:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return seconds(work)
        finally:
            torch.set_num_threads(threads)

    pairs = products(len(models), (digits.inputs, 64, 64, digits.outputs))
    operations = sum(2 * a.shape[0] * a.shape[1] * a.shape[2] * b.shape[2] for a, b in pairs)

    def matmuls() -> None:
        for _ in range(50):
            for a, b in pairs:
                torch.bmm(a, b)

    together()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    matmuls()
    times: dict[str, list[float]] = {name: [] for name in ("together", "probed", "apart", "apart_1", "matmul")}
    for _ in range(chosen.repeats):
        times["together"].append(seconds(together))
        times["apart"].append(seconds(apart))
        times["probed"].append(seconds(lambda: together(20)))
        times["apart_1"].append(on_one_thread(apart))
        times["matmul"].append(seconds(matmuls))
    median = {name: statistics.median(values) for name, values in times.items()}
    step = median["together"] / chosen.steps
    limit = median["matmul"] / 50
    print(
        json.dumps(
            {
                "cores": os.cpu_count(),
                "torch_threads": torch.get_num_threads(),
                "steps": chosen.steps,
                "together_s": round(median["together"], 3),
                "together_with_probes_every_20_steps_s": round(median["probed"], 3),
                "one_by_one_s": round(median["apart"], 3),
                "one_by_one_on_one_thread_s": round(median["apart_1"], 3),
                "times_faster": round(min(median["apart"], median["apart_1"]) / median["together"], 2),
                "times_faster_with_probes": round(min(median["apart"], median["apart_1"]) / median["probed"], 2),
                "gflops_of_training": round(operations / step / 1e9, 1),
                "gflops_of_batched_matmul": round(operations / limit / 1e9, 1),
                "share_of_matmul_speed": round(limit / step, 3),
                "peak_memory_gib": round(memory, 3),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
