"""The networks as ordinary torch modules, one at a time.

How each initialisation applies: a convolution counts as fan_in its channels times its kernel's places, and likewise as
fan_out; a recurrent layer draws each gate's two matrices by themselves, a character counting as a one-hot input;
``"default"`` is what torch's own module has. In a transformer all matrices follow the scheme, query, key and value each
by itself, and embeddings are normal with deviation 0.02, as in GPT-2 (Radford et al. 2019).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from math import prod
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_lib.data import Dataset
from course_lib.nn.initialise import initialise
from course_lib.training.model import Model


class Residual(nn.Module):
    """Layers whose input is added to their output.

    Args:
        *layers: one after the other.
    """

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Return x + f(x)."""
        return torch.add(x, self.layers(x))


def build(model: Model, dataset: Dataset) -> nn.Module:
    """Return the network that a model describes, with its first weights.

    It takes the inputs as the data set has them, ``(examples, features)``, and returns ``(examples, …, outputs)``.
    """
    match model.architecture:
        case "mlp" | "residual":
            return perceptron(model, dataset)
        case "cnn":
            return cnn(model, dataset)
        case "transformer":
            return transformer(model, dataset)
        case _:
            return recurrent(model, dataset)


def perceptron(model: Model, dataset: Dataset) -> nn.Sequential:
    """Return a multilayer perceptron, plain or residual."""
    generator = torch.Generator().manual_seed(model.seed)
    layers: list[nn.Module] = []
    fan_in = dataset.inputs
    for width, function, scheme in zip(model.hidden, model.functions, model.schemes, strict=False):
        linear = _linear(scheme, fan_in, width, generator, model.bias)
        layer: list[nn.Module] = [linear, function.module()]
        if model.batch_norm:
            # The shift of the normalisation does the bias's work.
            linear.register_parameter("bias", None)
            normalisation = nn.BatchNorm1d(width)
            nn.init.constant_(normalisation.bias, model.bias)
            layer.insert(1, normalisation)
        layers += [Residual(*layer)] if model.architecture == "residual" and width == fan_in else layer
        fan_in = width
    return nn.Sequential(*layers, _linear(model.schemes[-1], fan_in, dataset.outputs, generator))


def _linear(scheme: str, fan_in: int, fan_out: int, generator: torch.Generator, shift: float = 0.0) -> nn.Linear:
    weight, bias = initialise(scheme, fan_in, fan_out, generator)
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, fan_in, fan_out)  # type: ignore[no-untyped-call]
    layer.load_state_dict({"weight": weight, "bias": bias + shift})
    return layer


def pools(size: Sequence[int]) -> bool:
    """Return whether a block of a CNN halves an image of this size."""
    return min(size) > 2


def cnn(model: Model, dataset: Dataset) -> nn.Sequential:
    """Return a convolutional network.

    Each block has a convolution three places wide, the activation, and average pooling by 2 while the image is larger
    than 2. The average, not the maximum: it is linear, so that every bend in the network is the activation's.
    """
    generator = torch.Generator().manual_seed(model.seed)
    channels, *size = dataset.shape
    blocks: dict[str, nn.Module] = {"image": nn.Unflatten(1, dataset.shape)}
    layer_of = nn.Conv1d if len(size) == 1 else nn.Conv2d
    pool_of = nn.AvgPool1d if len(size) == 1 else nn.AvgPool2d
    for number, (width, function) in enumerate(zip(model.hidden, model.functions, strict=True)):
        kernel = 3 ** len(size)
        weight, bias = initialise(model.schemes[number], channels * kernel, width * kernel, generator)
        convolution = nn.utils.skip_init(layer_of, channels, width, 3, padding=1)  # type: ignore[no-untyped-call]
        convolution.load_state_dict(
            {"weight": weight[:width].view_as(convolution.weight), "bias": bias[:width] + model.bias}
        )
        # The units of a layer are its channels, and softmax is over units.
        activation = function.module() if function.elementwise else nn.Softmax(dim=1)
        layers: dict[str, nn.Module] = {"convolution": convolution, "activation": activation}
        if pools(size):
            layers["pooling"] = pool_of(2)
            size = [side // 2 for side in size]
        blocks[str(number)] = nn.Sequential(OrderedDict(layers))
        channels = width
    blocks["features"] = nn.Flatten()
    blocks["output"] = _linear(model.schemes[-1], channels * prod(size), dataset.outputs, generator)
    return nn.Sequential(OrderedDict(blocks))


class RecurrentLayer(nn.Module):
    """A recurrent layer whose state goes through any activation; with tanh it is torch's ``RNN``, ``LSTM`` or ``GRU``.

    The gates of LSTM (Hochreiter and Schmidhuber 1997) and GRU (Cho et al. 2014) stay sigmoids; the activation takes
    the place of both of LSTM's tanh, and of GRU's. The parameters have torch's names and shapes.

    Args:
        kind: ``"rnn"``, ``"lstm"`` or ``"gru"``.
        inputs: number of features at each place.
        units: size of the state.
        activation: of the state.
    """

    GATES: ClassVar[dict[str, int]] = {"rnn": 1, "lstm": 4, "gru": 3}

    def __init__(self, kind: str, inputs: int, units: int, activation: nn.Module) -> None:
        super().__init__()
        self.kind, self.units = kind, units
        gates = self.GATES[kind]
        self.weight_ih = nn.Parameter(torch.empty(gates * units, inputs))
        self.weight_hh = nn.Parameter(torch.empty(gates * units, units))
        self.bias_ih = nn.Parameter(torch.empty(gates * units))
        self.bias_hh = nn.Parameter(torch.empty(gates * units))
        self.activation = activation

    @torch.no_grad()
    def start(self, scheme: str, generator: torch.Generator, shift: float) -> None:
        """Draw the first weights; the shift is added to the bias that leads into the activation."""
        inputs, units = self.weight_ih.shape[1], self.units
        for gate in range(self.GATES[self.kind]):
            rows = slice(gate * units, (gate + 1) * units)
            if scheme == "identity":
                # Le, Jaitly and Hinton (2015)
                self.weight_ih[rows] = torch.empty(units, inputs).normal_(0.0, 0.001, generator=generator)
                self.weight_hh[rows] = torch.eye(units)
                self.bias_ih[rows], self.bias_hh[rows] = 0.0, 0.0
            else:
                weight, bias = initialise(scheme, inputs, units, generator)
                if scheme == "default":
                    # torch bounds all parameters of a recurrent layer by 1/√units, whatever the number of inputs
                    weight, bias = weight * math.sqrt(inputs / units), bias * math.sqrt(inputs / units)
                self.weight_ih[rows], self.bias_ih[rows] = weight, bias
                self.weight_hh[rows], self.bias_hh[rows] = initialise(scheme, units, units, generator)
        candidate = {"rnn": 0, "lstm": 2, "gru": 2}[self.kind]
        self.bias_ih[candidate * units : (candidate + 1) * units] += shift

    def forward(self, x: Tensor) -> Tensor:
        """Return the states ``(examples, length, units)`` for inputs ``(examples, length, inputs)``."""
        state = cell = x.new_zeros(len(x), self.units)
        states = []
        for place in range(x.shape[1]):
            own = functional.linear(x[:, place], self.weight_ih, self.bias_ih)
            carried = functional.linear(state, self.weight_hh, self.bias_hh)
            if self.kind == "rnn":
                state = self.activation(own + carried)
            elif self.kind == "lstm":
                i, f, g, o = (own + carried).chunk(4, 1)
                cell = f.sigmoid() * cell + i.sigmoid() * self.activation(g)
                state = o.sigmoid() * self.activation(cell)
            else:
                (r, z, n), (r_carried, z_carried, n_carried) = own.chunk(3, 1), carried.chunk(3, 1)
                update = torch.sigmoid(z + z_carried)
                state = (1 - update) * self.activation(n + torch.sigmoid(r + r_carried) * n_carried) + update * state
            states.append(state)
        return torch.stack(states, 1)


class OneHot(nn.Module):
    """Characters as vectors with a single 1.

    Args:
        characters: how many there are.
    """

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.characters = characters

    def forward(self, x: Tensor) -> Tensor:
        """Return ``(…, characters)`` float32 for numbers of characters."""
        return functional.one_hot(x, self.characters).float()


def recurrent(model: Model, dataset: Dataset) -> nn.Sequential:
    """Return a recurrent network that predicts at every place of a sequence; characters come in one-hot."""
    generator = torch.Generator().manual_seed(model.seed)
    layers: dict[str, nn.Module] = {"characters": OneHot(dataset.outputs)}
    inputs = dataset.outputs
    for number, (width, function) in enumerate(zip(model.hidden, model.functions, strict=True)):
        layer = RecurrentLayer(model.architecture, inputs, width, function.module())
        layer.start(model.schemes[number], generator, model.bias)
        layers[str(number)] = layer
        inputs = width
    scheme = "default" if model.initialisation == "identity" else model.schemes[-1]
    layers["output"] = _linear(scheme, inputs, dataset.outputs, generator)
    return nn.Sequential(OrderedDict(layers))


def heads(width: int) -> int:
    """Return the number of attention heads of a transformer."""
    return 1 if width % 4 else 4


class Embedding(nn.Module):
    """A learned vector for each character, plus one for each place.

    Args:
        characters: how many there are.
        length: of the sequences.
        width: of the vectors.
        generator: draws the first values.
    """

    def __init__(self, characters: int, length: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.tokens, self.places = (
            nn.Parameter(torch.empty(count, width).normal_(0.0, 0.02, generator=generator))
            for count in (characters, length)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return ``(examples, length, width)`` for numbers of characters ``(examples, length)``."""
        return self.tokens[x] + self.places


class Block(nn.Module):
    """A block of a causal transformer (Vaswani et al. 2017), normalised before each part (Xiong et al. 2020).

    Args:
        model: says its width, whether it is gated, and the first bias.
        layer: which of the blocks it is.
        generator: draws the first weights.
    """

    def __init__(self, model: Model, layer: int, generator: torch.Generator) -> None:
        super().__init__()
        width, inner, scheme = model.hidden[layer], model.units[layer], model.schemes[layer]
        self.norm_1 = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads(width), batch_first=True)
        parts = [initialise(scheme, width, width, generator) for _ in range(4)]
        with torch.no_grad():
            torch.cat([weight for weight, _ in parts[:3]], out=self.attention.in_proj_weight)
            torch.cat([bias for _, bias in parts[:3]], out=self.attention.in_proj_bias)
        self.attention.out_proj.load_state_dict({"weight": parts[3][0], "bias": parts[3][1]})
        self.norm_2 = nn.LayerNorm(width)
        self.inner = _linear(scheme, width, inner, generator, model.bias)
        self.activation = model.functions[layer].module()
        self.gate = _linear(scheme, width, inner, generator) if model.gated else None
        self.outer = _linear(scheme, inner, width, generator)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``(examples, length, width)`` for the same."""
        normal = self.norm_1(x)
        later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        x = x + self.attention(normal, normal, normal, attn_mask=later, need_weights=False)[0]
        normal = self.norm_2(x)
        inner = self.activation(self.inner(normal))
        if self.gate is not None:
            inner = inner * self.gate(normal)
        return torch.add(x, self.outer(inner))


def transformer(model: Model, dataset: Dataset) -> nn.Sequential:
    """Return a transformer that predicts at every place of a sequence from the places up to it."""
    generator = torch.Generator().manual_seed(model.seed)
    width = model.hidden[0]
    layers: dict[str, nn.Module] = {"embedding": Embedding(dataset.outputs, dataset.inputs, width, generator)}
    for layer in range(len(model.hidden)):
        layers[str(layer)] = Block(model, layer, generator)
    layers["norm"] = nn.LayerNorm(width)
    layers["output"] = _linear(model.schemes[-1], width, dataset.outputs, generator)
    return nn.Sequential(OrderedDict(layers))
