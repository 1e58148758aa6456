"""The figure of each experiment: module and function are named as in :mod:`course_lib.claims.experiments`."""
