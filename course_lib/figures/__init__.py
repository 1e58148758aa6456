"""Figures for paper, slides and pages: each is drawn in Persian and in English, and shows both."""

from course_lib.figures.activation import activation
from course_lib.figures.charts import curves, dots, intervals, lives, maps, reliability, shares
from course_lib.figures.evidence import evidence
from course_lib.figures.picture import Picture
from course_lib.figures.unit_lives import unit_lives

__all__ = [
    "Picture",
    "activation",
    "curves",
    "dots",
    "evidence",
    "intervals",
    "lives",
    "maps",
    "reliability",
    "shares",
    "unit_lives",
]
