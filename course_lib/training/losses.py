"""What a network is trained to lower: an output activation and a loss, for many models at once.

Matched pairs stay together: softmax with cross-entropy and sigmoid with binary cross-entropy are computed from the
logits. A model may also ask for another pair, in order to see what comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from course_lib import nn
from course_lib.data.dataset import Task
from course_lib.language import Text
from course_lib.training.slices import runs

if TYPE_CHECKING:
    from course_lib.training.model import Model

_MATCHED: dict[Task, tuple[str, str]] = {
    "multiclass": ("softmax", "cross_entropy"),
    "sequence": ("softmax", "cross_entropy"),
    "binary": ("sigmoid", "bce_with_logits"),
    "multilabel": ("sigmoid", "bce_with_logits"),
    "regression": ("linear", "squared_error"),
}
"""What each task's output layer says, and the loss, which is computed from the logits."""

_ANY = ("linear", "sigmoid", "tanh", "relu")
_SENSIBLE: dict[Task, dict[str, tuple[str, ...]]] = {
    "multiclass": {
        "cross_entropy": (*_ANY, "softmax"),
        "nll": ("softmax", "sigmoid"),
        "bce_with_logits": (*_ANY, "softmax"),
        "squared_error": (*_ANY, "softmax"),
    },
    "binary": {
        "bce_with_logits": _ANY,
        "nll": ("sigmoid",),
        "squared_error": _ANY,
        "hinge": ("linear", "tanh"),
    },
    "multilabel": {
        "bce_with_logits": (*_ANY, "softmax"),
        "nll": ("sigmoid", "softmax"),
        "squared_error": (*_ANY, "softmax"),
    },
    "regression": {"squared_error": _ANY},
}
_SENSIBLE["sequence"] = _SENSIBLE["multiclass"]
"""Per task and loss, the outputs that it can be computed from; the first is taken where none is named."""

_LEAST = 1e-7
"""No probability is taken to be smaller, so that a wrong answer given with certainty costs −log 10⁻⁷ = 16, not ∞."""


@dataclass(frozen=True)
class Objective:
    """An output activation and a loss, fitting the task.

    Attributes:
        task: the kind of task.
        output: the activation that comes before the loss; ``"linear"`` where the loss takes logits.
        loss: one of ``model.LOSSES``.
        says: the activation that makes the output layer's numbers what the network says.
    """

    task: Task
    output: str
    loss: str
    says: str

    @classmethod
    def of(cls, model: Model, task: Task) -> Objective:
        """Return what a model is trained for.

        Raises:
            ValueError: if its output and loss make no sense for the task, or for each other.
        """
        choices = _SENSIBLE[task]
        says, loss = _MATCHED[task]
        if model.output is None and model.loss in (None, loss):
            return cls(task, "linear", loss, says)
        if model.loss is not None:
            loss = model.loss
        elif model.output in ("softmax", "sigmoid"):
            loss = "nll" if "nll" in choices else loss
        elif model.output != "linear":
            loss = "squared_error"
        output = model.output or choices.get(loss, ("",))[0]
        if output not in choices.get(loss, ()):
            possible = "; ".join(f"{name} ({', '.join(outputs)})" for name, outputs in choices.items())
            raise ValueError(
                Text(
                    en=f"output={model.output!r} with loss={model.loss!r} makes no sense for the task {task!r}. Losses "
                    f"for it, and in brackets their outputs: {possible}.",
                    fa=f"ترکیب output={model.output!r} و loss={model.loss!r} برای تکلیف «{task}» معنا ندارد. زیان‌های "
                    f"ممکن برای آن و در پرانتز خروجی‌های هر یک: {possible}.",
                )
            )
        implied = model.output is None and loss == "bce_with_logits"
        return cls(task, output, loss, "sigmoid" if implied else output)

    def value(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the mean loss of each model ``(models,)``: over examples, and places, labels or outputs if several.

        Args:
            outputs: of the output layer before its activation: ``(models, examples, outputs)``, for a sequence
                ``(models, examples, length, outputs)``.
            targets: class numbers (int64) ``(models, examples)`` or ``(models, examples, length)``; float32
                ``(models, examples)`` for binary classification and regression, ``(models, examples, labels)`` for
                several labels.
        """
        outputs = nn.function(self.output)(outputs.flatten(1, -2))
        if self.loss == "cross_entropy":
            # Classes before examples: torch's softmax over a short last dimension is several times slower.
            each = functional.cross_entropy(outputs.transpose(1, 2), targets.flatten(1), reduction="none")
        elif self.loss == "nll" and self.output == "softmax" and self._one_answer:
            right = outputs.gather(2, targets.flatten(1).unsqueeze(2))
            each = -right.clamp_min(_LEAST).log()
        else:
            each = self._per_output(outputs, self._numbers(outputs, targets))
        return each.flatten(1).mean(1)

    def _per_output(self, outputs: Tensor, numbers: Tensor) -> Tensor:
        if self.loss == "bce_with_logits":
            return functional.binary_cross_entropy_with_logits(outputs, numbers, reduction="none")
        if self.loss == "nll":
            return functional.binary_cross_entropy(outputs.clamp(_LEAST, 1 - _LEAST), numbers, reduction="none")
        if self.loss == "hinge":
            return (1 - numbers * outputs).clamp_min(0)
        return (outputs - numbers).square()

    @property
    def _one_answer(self) -> bool:
        return self.task in ("multiclass", "sequence")

    def _numbers(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the targets as numbers that the outputs should become: 0 and 1, −1 and 1, or those of a regression."""
        if self._one_answer:
            right = targets.flatten(1).unsqueeze(2)
            numbers = torch.zeros_like(outputs).scatter_(2, right, 1.0)
        else:
            numbers = targets.view_as(outputs)
        signed = self.loss == "hinge" or (self.loss == "squared_error" and self.output == "tanh")
        return 2 * numbers - 1 if signed and self.task != "regression" else numbers

    def gradient(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the derivative of each model's loss with respect to its outputs, of their shape.

        For the matched pairs it is what the network says minus what is right: softmax(outputs) − one-hot(target),
        sigmoid(output) − target, or 2·(output − target), divided by the number of terms in the mean. For the others
        autograd finds it. Arguments as for `value`.
        """
        if self.output != "linear" or self.loss == "hinge":
            with torch.enable_grad():
                leaf = outputs.detach().requires_grad_()
                return torch.autograd.grad(self.value(leaf, targets).sum(), leaf)[0]
        flat = outputs.flatten(1, -2)
        if self.loss == "cross_entropy":
            # Classes before examples, as in `value`.
            delta = torch.softmax(flat.transpose(1, 2).contiguous(), 1).transpose(1, 2)
            right = targets.flatten(1).unsqueeze(2)
            delta.scatter_add_(2, right, delta.new_full((), -1).expand_as(right))
            return delta.div(flat.shape[1]).view_as(outputs).contiguous()
        numbers = self._numbers(flat, targets)
        delta = torch.sigmoid(flat) - numbers if self.loss == "bce_with_logits" else 2 * (flat - numbers)
        return delta.div(flat[0].numel()).view_as(outputs)

    def accuracy(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return each model's share of right answers ``(models,)``; NaN for regression. Arguments as for `value`.

        With several labels it is the share of right labels. A yes is an output above the middle of what the output
        layer gives: ½ between 0 and 1, 0 for logits and between −1 and 1.
        """
        if self.task == "regression":
            return torch.full(outputs.shape[:1], torch.nan, device=outputs.device)
        if self._one_answer:
            right = outputs.argmax(-1) == targets
        else:
            right = (nn.function(self.output)(outputs) > self._middle) == (targets.view_as(outputs) > 0.5)
        return right.flatten(1).float().mean(1)

    @property
    def _middle(self) -> float:
        if self.output in ("sigmoid", "softmax"):
            return 0.5
        return 0.5 if self.loss == "squared_error" and self.output != "tanh" else 0.0

    def said(self, outputs: Tensor) -> Tensor:
        """Return what the output layer says, of the same shape: probabilities where it means probabilities."""
        return nn.function(self.says)(outputs)


class Objectives:
    """The objectives of models that stand next to each other, equal ones taken together.

    Args:
        objectives: one per model.
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        self._parts = [(objectives[run.start], run) for run in runs(objectives)]

    def gradient(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the derivative of each model's loss with respect to its outputs, see `Objective.gradient`."""
        parts = [objective.gradient(outputs[run], targets[run]) for objective, run in self._parts]
        return parts[0] if len(parts) == 1 else torch.cat(parts)
