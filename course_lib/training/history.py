"""What a training run measured."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.activations import Activation
from course_lib.data import Dataset
from course_lib.language import Text
from course_lib.training.model import Model
from course_lib.training.summary import summarise

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, repr=False, eq=False)
class History:
    """The measurements of a run: probes first, then models, then layers, then units.

    With P probes, M models, at most L hidden layers and at most H units in one; NaN where a model has fewer layers or
    units, and for accuracies of a regression. Where a model's training loss is not finite, nothing can be said of its
    layers: at that probe everything measured per layer or unit is NaN.

    Attributes:
        models: the models, in the order they were given.
        dataset: what they were trained on.
        steps: ``(P,)``: how many optimiser steps had been taken at each probe.
        train_loss: ``(P, M)``, over the whole training split.
        train_accuracy: ``(P, M)``.
        validation_loss: ``(P, M)``.
        validation_accuracy: ``(P, M)``.
        gradient_norm: ``(P, M, L)``: Euclidean norm of the mini-batch loss's gradient with respect to a hidden layer's
            weights.
        activation_mean: ``(P, M, L)``: over units and training examples.
        activation_variance: ``(P, M, L)``: over units and training examples.
        dead_fraction: ``(P, M, L)``: share of units whose derivative is 0 on every training example.
        firing_fraction: ``(P, M, L)``: share of (unit, example) pairs with a positive pre-activation.
        saturation: ``(P, M, L)``: share of (unit, example) pairs where |f′| is at most 5 % of the activation's largest
            |f′|.
        slope: ``(P, M, L)``: PReLU's learned slopes; NaN for other activations.
        units: ``(P, M, L, H)``: share of training examples on which a unit's pre-activation is positive, or ``None``
            if it was not recorded.
        test_loss: ``(M,)`` at the end.
        test_accuracy: ``(M,)`` at the end.
        test_outputs: per model what its output layer says of each test example at the end, ``(examples, outputs)``, or
            ``(examples, length, outputs)`` for a sequence: probabilities where the output means probabilities. ``None``
            if it was not recorded.
        diverged: ``(M,)`` bool: whether the loss was ever NaN or infinite at a probe or at the end.
        interrupted: whether the run was stopped before its last step.
        seconds: how long it took.
    """

    models: tuple[Model, ...]
    dataset: Dataset
    steps: NDArray[np.int64]
    train_loss: Array
    train_accuracy: Array
    validation_loss: Array
    validation_accuracy: Array
    gradient_norm: Array
    activation_mean: Array
    activation_variance: Array
    dead_fraction: Array
    firing_fraction: Array
    saturation: Array
    slope: Array
    units: Array | None
    test_loss: Array
    test_accuracy: Array
    test_outputs: tuple[Array, ...] | None
    diverged: NDArray[np.bool_]
    interrupted: bool
    seconds: float

    def where(self, **criteria: Any) -> History:
        """Return the part of the history that belongs to the models with the given attributes.

        Args:
            **criteria: attributes of `Model` and their values, e.g. ``activation="relu", initialisation="he"``. An
                activation may be given by name, which finds it with any parameters, or as an ``Activation``; alone for
                models that have it in all hidden layers, or as one per layer.

        Raises:
            ValueError: if a model has no such attribute, or no model fits.
        """
        known = [field.name for field in fields(Model)]
        for name in criteria:
            if name not in known:
                raise ValueError(
                    Text(
                        en=f"A model has no attribute {name!r}: choose among {', '.join(known)}.",
                        fa=f"مدل ویژگی «{name}» ندارد: از میان این‌ها انتخاب کنید: {'، '.join(known)}.",
                    )
                )
        chosen = [i for i, model in enumerate(self.models) if _fits(model, criteria)]
        if not chosen:
            wanted = ", ".join(f"{name}={value!r}" for name, value in criteria.items())
            raise ValueError(
                Text(
                    en=f"No model of this run has {wanted}.",
                    fa=f"هیچ مدلی در این اجرا {wanted} ندارد.",
                )
            )
        parts: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray) and field.name != "steps":
                parts[field.name] = value[chosen] if value.ndim == 1 else value[:, chosen]
        if self.test_outputs is not None:
            parts["test_outputs"] = tuple(self.test_outputs[i] for i in chosen)
        return replace(self, models=tuple(self.models[i] for i in chosen), **parts)

    def __repr__(self) -> str:
        return summarise(self).text()

    def _repr_html_(self) -> str:
        return summarise(self).page()


def _fits(model: Model, criteria: dict[str, Any]) -> bool:
    return all(_equal(model, name, wanted) for name, wanted in criteria.items())


def _equal(model: Model, name: str, wanted: Any) -> bool:
    if name == "activation":
        return _same_activation(model, wanted)
    if name == "hidden":
        return model.hidden == ((wanted,) if isinstance(wanted, int) else tuple(wanted))
    return bool(getattr(model, name) == wanted)


def _same_activation(model: Model, wanted: Any) -> bool:
    if isinstance(wanted, list | tuple):
        return len(wanted) == len(model.functions) and all(map(_is, model.functions, wanted))
    shared = model.functions if isinstance(model.activation, tuple) else (model.function,)
    return all(_is(function, wanted) for function in shared)


def _is(function: Activation, wanted: Any) -> bool:
    return bool(function.name == wanted if isinstance(wanted, str) else function == wanted)
