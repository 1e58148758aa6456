"""Many multilayer perceptrons of one shape, plain or residual, as a single network.

A layer of all models is one batched matrix product. Backpropagation through the layers is written out; only the
activations' own derivatives come from autograd. That saves the bookkeeping of a graph over the whole network, and it
is the algorithm as one writes it on paper:

    forward:   z = x Wᵀ + b,  y = f(z)
    backward:  ∂b = Σ δ,  ∂W = δᵀ x,  ∂x = δ W,  and one layer below δ = ∂x · f′(z)

A residual layer has y = x + f(z), and so ∂x = δ W + ∂y.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from course_lib.nn.initialise import initialise
from course_lib.training.model import Model, learns
from course_lib.training.network import Activate
from course_lib.training.normalisation import BatchNorm
from course_lib.training.parameters import Values
from course_lib.training.slices import Slice, slices


@dataclass
class _Pass:
    """What one hidden layer needs on the way there and back, in memory that every step uses again.

    Attributes:
        weights: those that lead into the layer, ``(models, fan_in, fan_out)``.
        z: pre-activations ``(models, examples, units)``.
        y: what the layer gives: its activations, plus its input if it is residual.
        upstream: derivative of the losses with respect to ``y``; layers of one width share the memory.
        upstream_parts: the same slice by slice.
        delta: derivative of the losses with respect to ``z``; likewise shared.
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


class Perceptrons:
    """Multilayer perceptrons of one shape, side by side: a `Network`.

    Args:
        models: all of one shape; those of one activation next to each other make it fast.
        inputs: number of features.
        outputs: number of outputs.
        device: where the tensors live.

    Attributes:
        models: as given.
        parameters: weights, biases, slopes, and scales and shifts of batch normalisation.
        gradient: of the losses with respect to the parameters, after `backward`.
        weights: per layer ``(models, fan_out, fan_in)``, the output layer being the last.
        biases: per layer ``(models, 1, fan_out)``; those of a batch-normalised layer stay 0, its shift does their work.
        slopes: per hidden layer ``(models, 1, 1)``, used by learnable activations.
        normalisations: per hidden layer if it is batch-normalised.
    """

    def __init__(self, models: Sequence[Model], inputs: int, outputs: int, device: torch.device) -> None:
        self.models = tuple(models)
        widths = (inputs, *models[0].hidden, outputs)
        self._layers = len(models[0].hidden)
        self._slices = [slices(models, layer) for layer in range(self._layers)]
        residual = models[0].architecture == "residual"
        self._adds_input = [residual and fan_in == fan_out for fan_in, fan_out in pairwise(widths[:-1])]
        layers = list(pairwise(widths))
        shapes: list[tuple[int, ...]] = [(fan_out, fan_in) for fan_in, fan_out in layers]
        shapes += [(1, fan_out) for _, fan_out in layers]
        shapes += [(1, 1)] * self._layers
        if models[0].batch_norm:
            shapes += [(1, width) for width in models[0].hidden for _ in ("scale", "shift")]
        self.parameters = Values.zeros(len(models), shapes, device)
        self.gradient = Values.zeros(len(models), shapes, device)
        self.weights, self.biases, self.slopes, scales_and_shifts = self._named(self.parameters)
        self._weight_gradients, self._bias_gradients, self._slope_gradients, gradients = self._named(self.gradient)
        self.normalisations = [
            BatchNorm(*scales_and_shifts[start : start + 2], *gradients[start : start + 2])
            for start in range(0, len(gradients), 2)
        ]
        self._passes: list[_Pass] = []
        self._inputs: list[Tensor] = []
        self._start(shapes, layers)

    def _named(self, values: Values) -> tuple[list[Tensor], ...]:
        first, count = values.tensors, self._layers + 1
        return first[:count], first[count : 2 * count], first[2 * count : 3 * count - 1], first[3 * count - 1 :]

    def _start(self, shapes: Sequence[Sequence[int]], layers: Sequence[tuple[int, int]]) -> None:
        first = Values.zeros(len(self.models), shapes)
        weights, biases, slopes, scales_and_shifts = self._named(first)
        for position, model in enumerate(self.models):
            generator = torch.Generator().manual_seed(model.seed)
            for layer, (fan_in, fan_out) in enumerate(layers):
                weight, bias = initialise(model.schemes[layer], fan_in, fan_out, generator)
                weights[layer][position] = weight
                if layer == self._layers or not model.batch_norm:
                    biases[layer][position] = bias + model.bias if layer < self._layers else bias
            for slope, function in zip(slopes, model.functions, strict=True):
                slope[position] = function.values["slope"] if learns(function) else 0.0
            for scale, shift in zip(scales_and_shifts[::2], scales_and_shifts[1::2], strict=True):
                scale[position], shift[position] = 1.0, model.bias
        self.parameters.flat.copy_(first.flat)

    def _linear(self, layer: int, x: Tensor, chosen: slice) -> Tensor:
        """Return x Wᵀ + b of a layer."""
        return torch.baddbmm(self.biases[layer][chosen], x, self.weights[layer][chosen].transpose(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs ``(models, examples, outputs)`` and keep what `backward` needs.

        Args:
            x: ``(models, examples, features)``.
        """
        if len(self._passes) != self._layers or (self._passes and self._passes[0].z.shape[1] != x.shape[1]):
            self._prepare(x)
        self._inputs = [x, *(each.y for each in self._passes)]
        for layer, each in enumerate(self._passes):
            torch.baddbmm(self.biases[layer], self._inputs[layer], each.weights, out=each.z)
            if self.normalisations:
                each.z.copy_(self.normalisations[layer].forward(each.z))
            with torch.enable_grad():
                each.values = [
                    piece.value(z, slope)
                    for piece, z, slope in zip(self._slices[layer], each.parts, each.slopes, strict=True)
                ]
            torch.cat(each.values, out=each.y)
            if self._adds_input[layer]:
                each.y.add_(self._inputs[layer])
        return self._linear(self._layers, self._inputs[-1], slice(None))

    def backward(self, delta: Tensor) -> None:
        """Fill `gradient`, given the derivative of the losses with respect to the outputs of `forward`."""
        for layer in range(self._layers, -1, -1):
            torch.bmm(delta.transpose(1, 2), self._inputs[layer], out=self._weight_gradients[layer])
            if layer == self._layers or not self.normalisations:
                torch.sum(delta, 1, keepdim=True, out=self._bias_gradients[layer])
            if layer:
                each = self._passes[layer - 1]
                if layer < self._layers and self._adds_input[layer]:
                    each.upstream.baddbmm_(delta, self.weights[layer])  # it holds ∂y of the layer above
                else:
                    torch.bmm(delta, self.weights[layer], out=each.upstream)
                delta = torch.cat(self._through_activation(layer - 1, each), out=each.delta)
                if self.normalisations:
                    delta = self.normalisations[layer - 1].backward(delta)

    def _through_activation(self, layer: int, each: _Pass) -> list[Tensor]:
        learning = [
            (piece, slope) for piece, slope in zip(self._slices[layer], each.slopes, strict=True) if piece.learns
        ]
        leaves = [*each.parts, *(slope for _, slope in learning)]
        gradients = torch.autograd.grad(each.values, leaves, each.upstream_parts)
        each.values = []
        for (piece, _), gradient in zip(learning, gradients[len(each.parts) :], strict=True):
            self._slope_gradients[layer][piece.place] = gradient
        return list(gradients[: len(each.parts)])

    def _prepare(self, x: Tensor) -> None:
        shared: dict[int, tuple[Tensor, Tensor]] = {}
        self._passes = []
        for layer, width in enumerate(self.models[0].hidden):
            z = x.new_empty(len(self.models), x.shape[1], width)
            if width not in shared:
                shared[width] = torch.empty_like(z), torch.empty_like(z)
            self._passes.append(self._pass(layer, z, *shared[width]))

    def _pass(self, layer: int, z: Tensor, upstream: Tensor, delta: Tensor) -> _Pass:
        pieces: list[Slice] = self._slices[layer]
        sizes = [piece.size for piece in pieces]
        return _Pass(
            weights=self.weights[layer].transpose(1, 2),
            z=z,
            y=torch.empty_like(z),
            upstream=upstream,
            upstream_parts=torch.split(upstream, sizes),
            delta=delta,
            parts=[part.requires_grad_() for part in torch.split(z, sizes)],
            slopes=[self.slopes[layer][piece.place].requires_grad_(piece.learns) for piece in pieces],
            values=[],
        )

    def accept(self) -> None:
        """Move the running statistics of batch normalisation towards those of the last `forward`."""
        for normalisation in self.normalisations:
            normalisation.accept()

    def release(self) -> None:
        """Give back the memory that `forward` and `backward` work in."""
        self._passes, self._inputs = [], []

    def state(self) -> list[Tensor]:
        """Return every tensor that training changes."""
        running = [(each.running_mean, each.running_variance) for each in self.normalisations]
        return [self.parameters.flat, *(tensor for pair in running for tensor in pair)]

    def predict(self, x: Tensor, chosen: slice, activate: Activate) -> Tensor:
        """Return the outputs of some neighbouring models, see `Network.predict`."""
        for layer in range(self._layers):
            z = self._linear(layer, x, chosen)
            if self.normalisations:
                z = self.normalisations[layer].apply(z, chosen)
            y = activate(layer, z, self.slopes[layer][chosen])
            x = x + y if self._adds_input[layer] else y
        return self._linear(self._layers, x, chosen)

    def gradient_norm(self, layer: int) -> Tensor:
        """Return the norm of the gradient with respect to a hidden layer's weights ``(models,)``."""
        norm: Tensor = torch.linalg.vector_norm(self._weight_gradients[layer], dim=(1, 2))
        return norm
