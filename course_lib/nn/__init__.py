"""The activations as torch functions and modules."""

from course_lib.nn.functions import function
from course_lib.nn.modules import module

__all__ = ["function", "module"]
