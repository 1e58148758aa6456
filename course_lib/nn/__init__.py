"""The activations as torch functions and modules, first weights, and the device to compute on."""

from course_lib.nn.device import describe, device
from course_lib.nn.functions import function
from course_lib.nn.initialise import initialise, matched
from course_lib.nn.modules import module

__all__ = ["describe", "device", "function", "initialise", "matched", "module"]
