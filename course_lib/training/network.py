"""Many multilayer perceptrons of one shape as a single network whose tensors carry a leading model dimension.

A layer of all models is one batched matrix product. Backpropagation through the layers is written out; only the
activations' own derivatives come from autograd. That saves the bookkeeping of a graph over the whole network, and it
is the algorithm as one writes it on paper:

    forward:   z = x Wᵀ + b,  y = f(z)
    backward:  ∂b = Σ δ,  ∂W = δᵀ x,  ∂x = δ W,  and one layer below δ = ∂x · f′(z)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from course_lib import nn
from course_lib.nn.initialise import initialise
from course_lib.training.model import Model


@dataclass(frozen=True)
class Slice:
    """Neighbouring models with one activation.

    Attributes:
        start: position of the first model.
        stop: position after the last.
        model: one of them, for its activation.
        value: the activation from ``(models, examples, units)`` and the models' slopes to the same shape; only a
            learnable activation looks at the slopes.
    """

    start: int
    stop: int
    model: Model
    value: Callable[[Tensor, Tensor], Tensor]


def _value(model: Model) -> Callable[[Tensor, Tensor], Tensor]:
    if model.learnable:
        return _prelu
    function = nn.function(model.function)
    return lambda z, slope: function(z)


def _prelu(z: Tensor, slope: Tensor) -> Tensor:
    """Torch's PReLU has one slope per channel; the models are the channels of a single example."""
    return functional.prelu(z.reshape(1, len(z), -1), slope.flatten()).view_as(z)


def slices(models: Sequence[Model]) -> list[Slice]:
    """Return the runs of neighbours with one activation; learnable ones keep their slopes apart anyway."""
    found: list[Slice] = []
    for position, model in enumerate(models):
        if found and _kind(found[-1].model) == _kind(model):
            found[-1] = Slice(found[-1].start, position + 1, model, found[-1].value)
        else:
            found.append(Slice(position, position + 1, model, _value(model)))
    return found


def _kind(model: Model) -> object:
    return model.function.name if model.learnable else model.function


@dataclass
class Values:
    """One number per parameter of all models: a flat tensor, and the same memory seen layer by layer.

    Attributes:
        flat: all numbers.
        weights: per layer ``(models, fan_out, fan_in)``.
        biases: per layer ``(models, 1, fan_out)``.
        slopes: per hidden layer ``(models, 1, 1)``, used by learnable activations.
    """

    flat: Tensor
    weights: list[Tensor]
    biases: list[Tensor]
    slopes: list[Tensor]

    @classmethod
    def zeros(cls, models: int, widths: Sequence[int], device: torch.device | None = None) -> Values:
        """Return zeros for layers between the given widths, input and output included, in main memory by default."""
        layers = len(widths) - 1
        shapes = [(models, fan_out, fan_in) for fan_in, fan_out in pairwise(widths)]
        shapes += [(models, 1, fan_out) for fan_out in widths[1:]]
        shapes += [(models, 1, 1)] * (layers - 1)
        sizes = [math.prod(shape) for shape in shapes]
        flat = torch.zeros(sum(sizes), device=device)
        views = [piece.view(shape) for piece, shape in zip(torch.split(flat, sizes), shapes, strict=True)]
        return cls(flat, views[:layers], views[layers : 2 * layers], views[2 * layers :])

    def filled(self, per_model: Tensor) -> Tensor:
        """Return a flat tensor that repeats each model's number ``(models,)`` for all of its parameters."""
        parts = (*self.weights, *self.biases, *self.slopes)
        return torch.cat([per_model.to(part).view(-1, 1, 1).expand_as(part).flatten() for part in parts])


@dataclass
class _Pass:
    """What one hidden layer needs on the way there and back, in memory that every step uses again.

    Attributes:
        weights: those that lead into the layer, ``(models, fan_in, fan_out)``.
        z: pre-activations ``(models, examples, units)``.
        y: activations.
        upstream: derivative of the losses with respect to ``y``.
        upstream_parts: the same slice by slice.
        delta: derivative of the losses with respect to ``z``.
        parts: ``z`` slice by slice, as leaves of autograd.
        slopes: the learnable slopes slice by slice, likewise.
        values: the activations slice by slice, with the graph that leads to them.
    """

    weights: Tensor
    z: Tensor
    y: Tensor
    upstream: Tensor
    upstream_parts: tuple[Tensor, ...]
    delta: Tensor
    parts: list[Tensor]
    slopes: list[Tensor]
    values: list[Tensor]


class Network:
    """Multilayer perceptrons of one shape, side by side.

    Args:
        models: all with the same hidden widths; those of one activation next to each other make it fast.
        inputs: number of features.
        outputs: number of outputs.
        device: where the tensors live.

    Attributes:
        models: as given.
        slices: the runs of models with one activation.
        parameters: weights, biases and slopes.
        gradient: of the losses with respect to the parameters, after `backward`.
    """

    def __init__(self, models: Sequence[Model], inputs: int, outputs: int, device: torch.device) -> None:
        self.models = tuple(models)
        self.slices = slices(models)
        self._learning = [i for i, piece in enumerate(self.slices) if piece.model.learnable]
        self._sizes = [piece.stop - piece.start for piece in self.slices]
        widths = (inputs, *models[0].hidden, outputs)
        self.parameters = Values.zeros(len(models), widths, device)
        self.gradient = Values.zeros(len(models), widths, device)
        self._passes: list[_Pass] = []
        self._inputs: list[Tensor] = []
        first = Values.zeros(len(models), widths)
        for position, model in enumerate(models):
            generator = torch.Generator().manual_seed(model.seed)
            for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
                weight, bias = initialise(model.initialisation, fan_in, fan_out, generator)
                first.weights[layer][position] = weight
                first.biases[layer][position] = bias + model.bias if layer < len(model.hidden) else bias
            for slope in first.slopes:
                slope[position] = model.function.values["slope"] if model.learnable else 0.0
        self.parameters.flat.copy_(first.flat)

    @property
    def layers(self) -> int:
        """Number of hidden layers."""
        return len(self.parameters.slopes)

    def pre_activation(self, layer: int, x: Tensor, chosen: slice = slice(None)) -> Tensor:
        """Return x Wᵀ + b of a layer, the output layer being the last, for all or some neighbouring models."""
        weight, bias = self.parameters.weights[layer][chosen], self.parameters.biases[layer][chosen]
        return torch.baddbmm(bias, x, weight.transpose(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs ``(models, examples, outputs)`` and keep what `backward` needs.

        Args:
            x: ``(models, examples, features)``.
        """
        if not self._passes or self._passes[0].z.shape[1] != x.shape[1]:
            self._passes = [self._pass(layer, x) for layer in range(self.layers)]
        self._inputs = [x, *(each.y for each in self._passes)]
        for layer, each in enumerate(self._passes):
            torch.baddbmm(self.parameters.biases[layer], self._inputs[layer], each.weights, out=each.z)
            with torch.enable_grad():
                each.values = [
                    piece.value(z, slope) for piece, z, slope in zip(self.slices, each.parts, each.slopes, strict=True)
                ]
            torch.cat(each.values, out=each.y)
        return self.pre_activation(self.layers, self._inputs[-1])

    def backward(self, delta: Tensor) -> None:
        """Fill `gradient`, given the derivative of the losses with respect to the outputs of `forward`."""
        for layer in range(len(self._inputs) - 1, -1, -1):
            torch.bmm(delta.transpose(1, 2), self._inputs[layer], out=self.gradient.weights[layer])
            torch.sum(delta, 1, keepdim=True, out=self.gradient.biases[layer])
            if layer:
                each = self._passes[layer - 1]
                torch.bmm(delta, self.parameters.weights[layer], out=each.upstream)
                delta = torch.cat(self._through_activation(layer - 1, each), out=each.delta)

    def _through_activation(self, layer: int, each: _Pass) -> list[Tensor]:
        leaves = [*each.parts, *(each.slopes[i] for i in self._learning)]
        gradients = torch.autograd.grad(each.values, leaves, each.upstream_parts)
        each.values = []
        for i, gradient in zip(self._learning, gradients[len(each.parts) :], strict=True):
            piece = self.slices[i]
            self.gradient.slopes[layer][piece.start : piece.stop] = gradient
        return list(gradients[: len(each.parts)])

    def _pass(self, layer: int, x: Tensor) -> _Pass:
        slope = self.parameters.slopes[layer]
        z = x.new_empty(len(self.models), x.shape[1], self.parameters.weights[layer].shape[1])
        upstream = torch.empty_like(z)
        return _Pass(
            weights=self.parameters.weights[layer].transpose(1, 2),
            z=z,
            y=torch.empty_like(z),
            upstream=upstream,
            upstream_parts=torch.split(upstream, self._sizes),
            delta=torch.empty_like(z),
            parts=[part.requires_grad_() for part in torch.split(z, self._sizes)],
            slopes=[slope[piece.start : piece.stop].requires_grad_(piece.model.learnable) for piece in self.slices],
            values=[],
        )
