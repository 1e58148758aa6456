"""A whole comparison at once: 12 activations × 5 seeds × 5 learning rates, three ways.

*together* is the course's trainer; *loop* trains one network after the other; *vmap* is model ensembling with
``torch.func`` as PyTorch's own tutorial describes it: the networks of one activation stacked, their gradients taken by
``vmap(grad(…))``. The RNN reads 256 windows of verse: only *together* looks at the whole training split before and
after the training, which for all windows would take longer than these few steps. Each way runs in a process of its own,
by turns, so that its memory can be told.
"""

from __future__ import annotations

import argparse
import copy
import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice

import torch
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn.functional import cross_entropy

from course_lib import activations, data, training
from course_lib.training import batches, one_by_one

WAYS = ("together", "loop", "vmap")
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
BATCH = 64
SHAPES = {"mlp": ("digits", (64, 64)), "cnn": ("digits", (8, 16)), "rnn": ("hafez", (64,))}


def models(architecture: str) -> list[training.Model]:
    hidden = SHAPES[architecture][1]
    return [
        training.Model(name, hidden, "he", rate, seed, architecture=architecture)
        for name in activations.names()
        for rate in RATES
        for seed in range(5)
    ]


def load(architecture: str) -> data.Dataset:
    dataset = data.load(SHAPES[architecture][0])
    if architecture != "rnn":
        return dataset
    sizes = {"train": 256, "validation": BATCH, "test": BATCH}
    names = [f"{part}_{split}" for part in "xy" for split in sizes]
    return replace(dataset, **{name: getattr(dataset, name)[: sizes[name[2:]]].copy() for name in names})


def together(networks: list[training.Model], dataset: data.Dataset, steps: int) -> None:
    training.train(networks, dataset, steps=steps, batch_size=BATCH, probe_every=steps, progress=False)


def loop(networks: list[training.Model], dataset: data.Dataset, steps: int) -> None:
    for network in networks:
        one_by_one.train(network, dataset, steps=steps, batch_size=BATCH)


def ensembled(networks: list[training.Model], dataset: data.Dataset, steps: int) -> None:
    """Train the networks of each activation as one stack."""
    x, y = torch.tensor(dataset.x_train), torch.tensor(dataset.y_train)
    for name in dict.fromkeys(network.function.name for network in networks):
        mine = [network for network in networks if network.function.name == name]
        built = [one_by_one.build(network, dataset) for network in mine]
        base = copy.deepcopy(built[0]).to("meta")
        parameters, buffers = stack_module_state(built)
        rates = torch.tensor([network.learning_rate for network in mine])

        def loss(own: dict, state: dict, inputs: torch.Tensor, targets: torch.Tensor, base=base) -> torch.Tensor:
            outputs = functional_call(base, (own, state), (inputs,))
            return cross_entropy(outputs.flatten(0, -2), targets.flatten())

        gradient = vmap(grad(loss), randomness="error")
        orders = batches.orders([network.seed for network in mine], len(x), BATCH)
        for rows in islice(orders, steps):
            found = gradient(parameters, buffers, x[rows], y[rows])
            with torch.no_grad():
                for key, value in parameters.items():
                    value.sub_(found[key] * rates.view(-1, *[1] * (value.dim() - 1)))


def measure(way: str, architecture: str, steps: int) -> dict[str, float]:
    """Run one way in this process and return its time, warm, and its peak memory."""
    dataset, networks = load(architecture), models(architecture)
    work = {"together": together, "loop": loop, "vmap": ensembled}[way]
    work(networks[:: len(networks) // 12], dataset, 2)
    began = time.perf_counter()
    work(networks, dataset, steps)
    seconds = time.perf_counter() - began
    unit = 2**30 if sys.platform == "darwin" else 2**20
    return {"seconds": seconds, "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--steps", type=int, default=0, help="by default 150 (mlp), 20 (cnn) and 10 (rnn)")
    arguments.add_argument("--only", nargs=2, metavar=("WAY", "ARCHITECTURE"), help="one measurement, in this process")
    chosen = arguments.parse_args()
    steps = {name: chosen.steps or usual for name, usual in {"mlp": 150, "cnn": 20, "rnn": 10}.items()}
    if chosen.only:
        way, architecture = chosen.only
        print(json.dumps(measure(way, architecture, steps[architecture])))
        return
    for architecture in SHAPES:
        found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(chosen.repeats):
            for way in WAYS:
                command = [sys.executable, __file__, "--only", way, architecture, "--steps", str(steps[architecture])]
                finished = subprocess.run(command, check=False, capture_output=True, text=True)
                if finished.returncode == 0:
                    found[way].append(json.loads(finished.stdout))
                else:
                    print(f"{way} cannot train {architecture}: {finished.stderr.strip().splitlines()[-1]}")
        seconds = {way: statistics.median(run["seconds"] for run in runs) for way, runs in found.items() if runs}
        print(f"{architecture}: {len(models(architecture))} networks, {steps[architecture]} steps")
        for way, taken in seconds.items():
            memory = max(run["gib"] for run in found[way])
            print(f"  {way:<10}{taken:>8.2f} s{taken / seconds['together']:>8.2f} ×{memory:>8.2f} GiB")


if __name__ == "__main__":
    main()
