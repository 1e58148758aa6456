"""What the check reports."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing to mend.

    Attributes:
        rule: The short name of the rule that is broken.
        excerpt: The text that breaks it.
        advice: What to do about it.
        place: The file, or the part of the library, in which it stands.
        cell: The id of the notebook cell, or what a text is called in its place.
    """

    rule: str
    excerpt: str
    advice: str
    place: str = ""
    cell: str = ""

    def at(self, place: str, cell: str) -> Finding:
        """Return the same finding with its place."""
        return self._replace(place=place, cell=cell)

    def __str__(self) -> str:
        return f"{self.place}: {self.cell}: [{self.rule}] {self.excerpt}\n    {self.advice}"
