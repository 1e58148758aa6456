"""Many recurrent networks as one: at each place of the sequences one batched matrix product for all models."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from course_lib.training.differentiated import Differentiated, Parameters
from course_lib.training.network import Activate


class Recurrent(Differentiated):
    """Stacked recurrent layers, plain, LSTM or GRU, and a linear layer at every place; see `modules.recurrent`."""

    def slope_name(self, layer: int) -> str:
        """Return the name that a learned slope of a layer has."""
        return f"{layer}.activation.weight"

    def weight_name(self, layer: int) -> str:
        """Return the name of a layer's recurrent weights."""
        return f"{layer}.weight_hh"

    def outputs(self, parameters: Parameters, x: Tensor, activate: Activate) -> Tensor:
        """Return the outputs ``(models, examples, length, outputs)``."""
        models, examples, length = x.shape
        y = x
        for layer, width in enumerate(self.models[0].hidden):
            projected = self._projected(parameters, layer, y)
            y = self._layer(parameters, layer, width, projected, activate)
        weight, bias = parameters["output.weight"], parameters["output.bias"]
        given = torch.baddbmm(bias.unsqueeze(1), y.flatten(1, 2), weight.transpose(1, 2))
        return given.view(models, length, examples, -1).transpose(1, 2)

    def _projected(self, parameters: Parameters, layer: int, y: Tensor) -> Tensor:
        """Return what a layer's input adds to its pre-activations, ``(length, models, examples, gates · units)``."""
        weight, bias = parameters[f"{layer}.weight_ih"], parameters[f"{layer}.bias_ih"].unsqueeze(1)
        if layer:
            given = torch.baddbmm(bias, y.flatten(1, 2), weight.transpose(1, 2))
            return given.view(*y.shape[:3], -1).transpose(0, 1)
        # A character is a one-hot vector: its product with the weights is one of their columns.
        table = weight.transpose(1, 2) + bias
        models, characters = table.shape[:2]
        rows = y + characters * torch.arange(models, device=y.device).view(-1, 1, 1)
        return functional.embedding(rows.permute(2, 0, 1), table.flatten(0, 1))

    def _layer(self, parameters: Parameters, layer: int, width: int, projected: Tensor, activate: Activate) -> Tensor:
        """Return the states of a layer at all places, ``(models, length, examples, units)``."""
        kind = self.models[0].architecture
        models, examples = projected.shape[1:3]
        weight = parameters[f"{layer}.weight_hh"].transpose(1, 2)
        bias = parameters[f"{layer}.bias_hh"].unsqueeze(1)
        slope = self.slope(parameters, layer, models)
        state = cell = projected.new_zeros(models, examples, width)
        states = []
        if kind != "gru":
            projected = projected + bias
        for own in projected:
            if kind == "rnn":
                state = activate(layer, torch.baddbmm(own, state, weight), slope)
            elif kind == "lstm":
                i, f, candidate, o = torch.baddbmm(own, state, weight).chunk(4, 2)
                cell = f.sigmoid() * cell + i.sigmoid() * activate(layer, candidate, slope)
                state = o.sigmoid() * self._values[layer](cell, slope)
            else:
                carried = torch.baddbmm(bias, state, weight)
                reset, update = (own + carried)[..., : 2 * width].sigmoid().chunk(2, 2)
                candidate = own[..., 2 * width :] + reset * carried[..., 2 * width :]
                candidate = activate(layer, candidate, slope)
                state = candidate + update * (state - candidate)
            states.append(state)
        return torch.stack(states, 1)
