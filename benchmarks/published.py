"""The usual way to compare activations, beside the course's: six functions on images of MNIST's size.

The comparison in the University of Amsterdam's deep-learning course (tutorial 3) trains one network,
784-512-256-256-128-10, by SGD (learning rate 0.01, momentum 0.9, batches of 256) for each of six activations, once, one
after the other, fed by a ``DataLoader``. Here the same is timed for an epoch, next to the course's trainer on the same
six with five seeds each. The images are generated (a blurred pattern per class, with noise), so nothing is downloaded;
only time and accuracy of equal work are compared, not anybody's published accuracies.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from course_lib import data, training
from course_lib.language import Text
from course_lib.training import one_by_one

SIX = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "swish")
HIDDEN = (512, 256, 256, 128)
RATE, MOMENTUM, BATCH, SEEDS = 0.01, 0.9, 256, 5


def images(examples: int) -> data.Dataset:
    """Return a data set of MNIST's shape: ten classes of 28 × 28 pixels."""
    generator = np.random.default_rng(0)
    patterns = generator.standard_normal((10, 28, 28))
    for axis in (1, 2):
        patterns = sum(np.roll(patterns, shift, axis) for shift in range(-2, 3)) / 5

    def split(size: int) -> tuple[np.ndarray, np.ndarray]:
        y = generator.integers(0, 10, size)
        x = patterns[y].reshape(size, -1) + 0.8 * generator.standard_normal((size, 784))
        return x.astype(np.float32), y.astype(np.int64)

    parts = {name: split(size) for name, size in {"train": examples, "validation": 2000, "test": 2000}.items()}
    return data.Dataset(
        name="images", title=Text(en="Generated images", fa="تصویرهای ساختگی"), task="multiclass",
        classes=tuple("0123456789"), features=(), source="generated", seed=0,
        **{f"x_{name}": x for name, (x, _) in parts.items()}, **{f"y_{name}": y for name, (_, y) in parts.items()},
    )  # fmt: skip


def one_after_the_other(dataset: data.Dataset) -> list[float]:
    """Train one network per activation for an epoch and return their test accuracies."""
    tensors = TensorDataset(torch.tensor(dataset.x_train), torch.tensor(dataset.y_train))
    accuracies = []
    for name in SIX:
        torch.manual_seed(0)
        network = one_by_one.build(training.Model(name, HIDDEN, "he", RATE), dataset)
        optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
        for x, y in DataLoader(tensors, BATCH, shuffle=True, drop_last=True):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(network(x), y).backward()
            optimiser.step()
        with torch.no_grad():
            right = network(torch.tensor(dataset.x_test)).argmax(1) == torch.tensor(dataset.y_test)
        accuracies.append(float(right.float().mean()))
    return accuracies


def together(dataset: data.Dataset, steps: int) -> np.ndarray:
    """Train five networks per activation as long and return their test accuracies."""
    models = [training.Model(name, HIDDEN, "he", RATE, seed) for name in SIX for seed in range(SEEDS)]
    history = training.train(
        models, dataset, steps=steps, batch_size=BATCH, momentum=MOMENTUM, probe_every=steps, progress=False
    )
    return history.test_accuracy.reshape(len(SIX), SEEDS).mean(axis=1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--examples", type=int, default=50_000, help="size of the training split")
    dataset = images(arguments.parse_args().examples)
    steps = len(dataset.x_train) // BATCH
    began = time.perf_counter()
    theirs = one_after_the_other(dataset)
    middle = time.perf_counter()
    ours = together(dataset, steps)
    usual, all_at_once = middle - began, time.perf_counter() - middle
    print(f"{steps} steps of {BATCH}; test accuracies after them, one after the other and together:")
    for name, one, mean in zip(SIX, theirs, ours, strict=True):
        print(f"  {name:<12}{one:>8.3f}{mean:>8.3f}")
    networks = len(SIX) * SEEDS
    print(f"one after the other: {len(SIX)} networks in {usual:.1f} s, {usual / len(SIX):.2f} s each")
    print(f"together: {networks} networks in {all_at_once:.1f} s, {all_at_once / networks:.2f} s each")
    print(f"per network {(usual / len(SIX)) / (all_at_once / networks):.2f} × as fast; "
          f"five seeds cost {all_at_once / usual:.2f} × the time of one")  # fmt: skip


if __name__ == "__main__":
    main()
