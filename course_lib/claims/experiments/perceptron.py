"""Step units and the rule by which they learned before there was backpropagation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.activations import get

Doubles = NDArray[np.float64]


def with_constant(x: ArrayLike) -> Doubles:
    """Return the inputs with a last feature of 1, whose weight is the bias."""
    values = np.asarray(x, np.float64)
    return np.column_stack([values, np.ones(len(values))])


def outputs(weights: Doubles, x: Doubles) -> Doubles:
    """Return what step units answer: H(x Wᵀ).

    Args:
        weights: ``(units, features)``.
        x: ``(examples, features)``.

    Returns:
        Zeros and ones ``(examples, units)``.
    """
    fired: Doubles = get("step")(x @ weights.T)
    return fired


def learn(x: Doubles, targets: Doubles, *, epochs: int, generator: np.random.Generator) -> Doubles:
    """Train step units by the perceptron rule: w ← w + (target − H(w·x))·x, one example after the other.

    Nothing is differentiated. If a plane separates the classes, the rule makes finitely many mistakes and stops
    changing the weights (Rosenblatt 1958; Novikoff 1963); otherwise it never does.

    Args:
        x: inputs ``(examples, features)``.
        targets: what each unit is to answer, 0 or 1, ``(examples, units)``.
        epochs: how often every example is seen.
        generator: decides the order of the examples.

    Returns:
        The weights after each epoch ``(epochs, units, features)``; they start at 0.
    """
    step = get("step")
    weights = np.zeros((targets.shape[1], x.shape[1]))
    found = np.empty((epochs, *weights.shape))
    for epoch in range(epochs):
        for row in generator.permutation(len(x)):
            error = targets[row] - step(weights @ x[row])
            if error.any():
                weights += np.outer(error, x[row])
        found[epoch] = weights
    return found
