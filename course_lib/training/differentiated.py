"""Many networks of one shape and activation as one, with the backward pass left to autograd."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from course_lib.data import Dataset
from course_lib.training.model import Model
from course_lib.training.modules import build
from course_lib.training.network import Activate
from course_lib.training.parameters import Values
from course_lib.training.slices import value

Parameters = Mapping[str, Tensor]
"""By the names of the torch module that is the same network, each with a leading model dimension."""


class Differentiated(ABC):
    """Networks of one shape and with the same activations, side by side: a `Network`.

    A subclass says how the outputs follow from inputs and parameters, for all models at once; names, shapes and first
    values of the parameters are those of the modules of `modules.build`.

    Args:
        models: all of one shape.
        dataset: what they are for.
        device: where the tensors live.

    Attributes:
        models: as given.
        parameters: what they learn.
        gradient: of the losses with respect to the parameters, after `backward`.
        slopes: per hidden layer ``(models, 1, 1)``; zeros where the activation learns none.
    """

    def __init__(self, models: Sequence[Model], dataset: Dataset, device: torch.device) -> None:
        self.models = tuple(models)
        first = [dict(build(model, dataset).named_parameters()) for model in models]
        shapes = [parameter.shape for parameter in first[0].values()]
        start = Values.zeros(len(models), shapes)
        for name, tensor in zip(first[0], start.tensors, strict=True):
            torch.stack([parameters[name].detach() for parameters in first], out=tensor)
        self.parameters = Values.zeros(len(models), shapes, device)
        self.gradient = Values.zeros(len(models), shapes, device)
        self.parameters.flat.copy_(start.flat)
        self._named = dict(zip(first[0], (each.requires_grad_() for each in self.parameters.tensors), strict=True))
        self._gradients = dict(zip(first[0], self.gradient.tensors, strict=True))
        self._values = [value(function) for function in models[0].functions]
        none = self.parameters.flat.new_zeros(len(models), 1, 1)
        found = [self._named.get(self.slope_name(layer)) for layer in range(len(self._values))]
        self.slopes = [none if slope is None else slope.view(-1, 1, 1) for slope in found]
        self._given: Tensor | None = None

    @abstractmethod
    def outputs(self, parameters: Parameters, x: Tensor, activate: Activate) -> Tensor:
        """Return the outputs ``(models, examples, …, outputs)``.

        Args:
            parameters: of the models.
            x: ``(models, examples, features)``.
            activate: takes the number of a layer and its pre-activations; slopes come with it.
        """

    @abstractmethod
    def slope_name(self, layer: int) -> str:
        """Return the name that a learned slope of a hidden layer has among the parameters."""

    @abstractmethod
    def weight_name(self, layer: int) -> str:
        """Return the name of the weights that lead into a hidden layer."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, see `Network.forward`."""
        with torch.enable_grad():
            self._given = self.outputs(self._named, x, lambda layer, z, slope: self._values[layer](z, slope))
        return self._given.detach()

    def backward(self, delta: Tensor) -> None:
        """Fill `gradient`, given the derivative of the losses with respect to the outputs of `forward`."""
        assert self._given is not None
        found = torch.autograd.grad(self._given, self.parameters.tensors, delta, materialize_grads=True)
        torch.cat([each.flatten() for each in found], out=self.gradient.flat)
        self._given = None

    def accept(self) -> None:
        """Do nothing: only the parameters move on."""
        return

    def release(self) -> None:
        """Do nothing: every `backward` gives its graph back."""
        return

    def state(self) -> list[Tensor]:
        """Return every tensor that training changes."""
        return [self.parameters.flat]

    def predict(self, x: Tensor, chosen: slice, activate: Activate) -> Tensor:
        """Return the outputs of some neighbouring models, see `Network.predict`."""
        return self.outputs({name: each[chosen] for name, each in self._named.items()}, x, activate)

    def gradient_norm(self, layer: int) -> Tensor:
        """Return the norm of the gradient with respect to the weights that lead into a hidden layer ``(models,)``."""
        norm: Tensor = torch.linalg.vector_norm(self._gradients[self.weight_name(layer)].flatten(1), dim=1)
        return norm

    def slope(self, parameters: Parameters, layer: int, models: int) -> Tensor:
        """Return the slopes that belong to the parameters, for `Activate`."""
        learned = parameters.get(self.slope_name(layer))
        return self.slopes[layer][:models] if learned is None else learned.view(-1, 1, 1)
