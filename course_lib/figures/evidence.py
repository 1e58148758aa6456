"""The figure that belongs to a claim's experiment."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from course_lib.claims import Evidence
from course_lib.figures.picture import Picture


def evidence(found: Evidence) -> Picture:
    """Draw the figure of a claim's evidence, from the numbers of this very run.

    Args:
        found: what ``claims.run`` returned.
    """
    module, function = found.claim.experiment.split(".")
    draw = getattr(import_module(f"course_lib.figures.experiments.{module}"), function)
    return cast(Picture, draw(found.result.data))
