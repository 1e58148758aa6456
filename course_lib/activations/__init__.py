"""Activation functions: what they are, with values and derivatives that hold over the whole float range.

>>> from course_lib import activations
>>> gelu = activations.get("gelu")
>>> float(gelu(1.0)), float(gelu.derivative(0.0))
(0.8413447460685429, 0.5)
"""

from course_lib.activations.activation import FLAT, Activation, Parameter, Source
from course_lib.activations.catalogue import get, names
from course_lib.activations.interval import Interval

__all__ = ["FLAT", "Activation", "Interval", "Parameter", "Source", "get", "names"]
