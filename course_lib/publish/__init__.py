"""From the notebooks outwards: what readers get to see of a lesson that has been run."""

from course_lib.publish.outputs import store

__all__ = ["store"]
