"""The widget: a table of curves and a spec, drawn by one JavaScript module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from course_lib.explorers.spec import Spec
from course_lib.language import Text

_HERE = Path(__file__).parent


class Explorer(anywidget.AnyWidget):
    """Curves to move along, drawn in the browser from a table that was sampled in Python.

    All that is drawn is in the first state that the widget sends. It never sends or receives another message, so it
    works in a notebook that was opened without a kernel and on a static page as well.

    Args:
        spec: Axes, panels, curves, sliders and words.
        nodes: The x of the samples, shape ``(samples,)``, ascending; a break occurs three times.
        table: The samples, shape ``(*grid, curves, samples)`` with one dimension of ``grid`` per parameter.
        twin: The call of ``course_lib.figures`` that draws this explorer for paper: the function's name and its
            keyword arguments. It stands in the output's metadata, and a stored notebook has the picture itself.
    """

    _esm = _HERE / "explorer.js"
    _css = _HERE / "explorer.css"

    spec = traitlets.Dict().tag(sync=True)
    nodes = traitlets.Bytes().tag(sync=True)
    table = traitlets.Bytes().tag(sync=True)

    def __init__(
        self,
        spec: Spec,
        nodes: NDArray[np.float64],
        table: NDArray[np.floating[Any]],
        *,
        twin: tuple[str, Mapping[str, Any]] | None = None,
    ) -> None:
        expected = (*(len(slider.grid) for slider in spec.parameters), len(spec.curves), len(nodes))
        if table.shape != expected or not np.isfinite(table).all():
            raise ValueError(
                Text(
                    en=f"The table must hold finite numbers in the shape {expected}; its shape is {table.shape}.",
                    fa=f"جدول باید عددهای متناهی با شکل {expected} داشته باشد؛ شکل آن {table.shape} است.",
                )
            )
        self._alternative = str(spec.description)
        self._twin = twin
        super().__init__(
            spec=spec.to_json(),
            nodes=np.ascontiguousarray(nodes, dtype="<f8").tobytes(),
            table=np.ascontiguousarray(table, dtype="<f4").tobytes(),
        )

    def __repr__(self) -> str:
        return self._alternative

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return the state with the drawing code in it, whatever ``drop_defaults`` says.

        The code is a default value of its trait. A page saved without it could not draw anything.
        """
        state: dict[str, Any] = super().get_state(key=key, drop_defaults=False)
        return state

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # anywidget returns nothing for a widget without a view; an explorer has one.
        bundle, metadata = cast(tuple[dict[str, Any], dict[str, Any]], super()._repr_mimebundle_(**options))
        # No model id in the text: a notebook's outputs are compared from run to run.
        bundle["text/plain"] = self._alternative
        if self._twin is not None:
            function, arguments = self._twin
            metadata["course_figure"] = {"function": function, "arguments": dict(arguments)}
        return bundle, metadata
