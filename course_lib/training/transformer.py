"""Many transformers as one."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from course_lib.training.differentiated import Differentiated, Parameters
from course_lib.training.modules import heads
from course_lib.training.network import Activate


class Transformer(Differentiated):
    """Causal blocks of attention and feed-forward layers, gated or not; see `modules.transformer`."""

    def slope_name(self, layer: int) -> str:
        """Return the name that a learned slope of a block has."""
        return f"{layer}.activation.weight"

    def weight_name(self, layer: int) -> str:
        """Return the name of the weights of a block that lead into its activation."""
        return f"{layer}.inner.weight"

    def outputs(self, parameters: Parameters, x: Tensor, activate: Activate) -> Tensor:
        """Return the outputs ``(models, examples, length, outputs)``."""
        tokens, places = parameters["embedding.tokens"], parameters["embedding.places"]
        models, characters = tokens.shape[:2]
        rows = x + characters * torch.arange(models, device=x.device).view(-1, 1, 1)
        y = functional.embedding(rows, tokens.flatten(0, 1)) + places.unsqueeze(1)
        for layer in range(len(self._values)):
            y = y + self._attention(parameters, layer, _norm(parameters, f"{layer}.norm_1", y))
            normal = _norm(parameters, f"{layer}.norm_2", y)
            inner = activate(
                layer, _linear(parameters, f"{layer}.inner", normal), self.slope(parameters, layer, models)
            )
            if self.models[0].gated:
                inner = inner * _linear(parameters, f"{layer}.gate", normal)
            y = y + _linear(parameters, f"{layer}.outer", inner)
        return _linear(parameters, "output", _norm(parameters, "norm", y))

    def _attention(self, parameters: Parameters, layer: int, y: Tensor) -> Tensor:
        models, examples, length, width = y.shape
        weight, bias = (parameters[f"{layer}.attention.in_proj_{name}"] for name in ("weight", "bias"))
        together = torch.baddbmm(bias.unsqueeze(1), y.flatten(1, 2), weight.transpose(1, 2))
        count = heads(width)
        query, key, value = together.view(models * examples, length, 3, count, width // count).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return _linear(parameters, f"{layer}.attention.out_proj", seen.transpose(1, 2).reshape(y.shape))


def _linear(parameters: Parameters, name: str, x: Tensor) -> Tensor:
    weight, bias = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
    given = torch.baddbmm(bias.unsqueeze(1), x.flatten(1, 2), weight.transpose(1, 2))
    return given.view(*x.shape[:3], -1)


def _norm(parameters: Parameters, name: str, x: Tensor) -> Tensor:
    scale, shift = (parameters[f"{name}.{part}"][:, None, None] for part in ("weight", "bias"))
    return torch.addcmul(shift, functional.layer_norm(x, x.shape[-1:]), scale)
