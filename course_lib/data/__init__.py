"""Real data that ships with packages, and sets generated on the spot; larger sets are downloaded on request only.

>>> from course_lib import data
>>> digits = data.load("digits")
"""

from course_lib.data.catalogue import load, names
from course_lib.data.dataset import Dataset

__all__ = ["Dataset", "load", "names"]
