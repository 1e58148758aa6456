"""Live explorers: curves sampled in Python, drawn and moved in the browser without a kernel.

>>> from course_lib import explorers
>>> explorers.activation("relu", compare=["gelu"])  # doctest: +SKIP
"""

from course_lib.explorers.activation import activation
from course_lib.explorers.explorer import Explorer

__all__ = ["Explorer", "activation"]
