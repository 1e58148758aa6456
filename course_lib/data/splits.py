"""The ways in which a data set is divided into training, validation and test examples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Splits = tuple[Indices, Indices, Indices]

VALIDATION = 0.2
TEST = 0.2


def stratified(
    strata: Indices, generator: np.random.Generator, *, validation: float = VALIDATION, test: float = TEST
) -> Splits:
    """Divide at random, with the same shares of every stratum.

    Args:
        strata: the stratum of each example ``(examples,)``, as a rule its class.
        generator: decides by chance.
        validation: share of the validation split.
        test: share of the test split.

    Returns:
        The indices of the training, validation and test examples, each in random order.
    """
    parts: tuple[list[Indices], ...] = ([], [], [])
    for stratum in np.unique(strata):
        members = generator.permutation(np.flatnonzero(strata == stratum))
        last, held_out = round(test * len(members)), round(validation * len(members))
        for part, chosen in zip(
            parts, np.split(members, [len(members) - held_out - last, len(members) - last]), strict=True
        ):
            part.append(chosen)
    train, middle, end = (generator.permutation(np.concatenate(part)) for part in parts)
    return train, middle, end


def grouped(groups: Indices, generator: np.random.Generator) -> Splits:
    """Divide the groups at random, so that all examples of a group are in one split.

    Args:
        groups: the group of each example ``(examples,)``.
        generator: decides by chance.

    Returns:
        The indices of the training, validation and test examples, each in random order.
    """
    members = np.unique(groups)
    train, middle, end = (
        generator.permutation(np.flatnonzero(np.isin(groups, members[part])))
        for part in stratified(np.zeros(len(members), np.int64), generator)
    )
    return train, middle, end


def official(classes: Indices, tests: int, generator: np.random.Generator) -> Splits:
    """Keep the test split that a data set was published with, and take as many of the rest for validation.

    Args:
        classes: the class of each example ``(examples,)``; the published test examples come last.
        tests: the number of published test examples.
        generator: decides which examples validate.

    Returns:
        The indices of the training and validation examples in random order, and of the test examples as published.
    """
    known = len(classes) - tests
    train, validation, _ = stratified(classes[:known], generator, validation=tests / known, test=0.0)
    return train, validation, np.arange(known, len(classes))
