"""What the set-up says to people: each message in English and in Persian."""

from __future__ import annotations

PERSIAN_DIGITS = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


def message(en: str, fa: str, *details: object) -> str:
    """Return both languages, one line each.

    Args:
        en: The English line.
        fa: The Persian line.
        details: Paths and commands. They have no language, and inside a Persian line a terminal would
            scatter their parts, so each stands on a line of its own.
    """
    return "\n".join([en, fa, *(f"    {detail}" for detail in details)])


class SetupError(Exception):
    """Something that stops the set-up and that the person at the keyboard can mend."""

    def __init__(self, en: str, fa: str, *details: object) -> None:
        super().__init__(message(en, fa, *details))


def gigabytes(size: float) -> tuple[str, str]:
    """Return a size in bytes as gigabytes, with English and with Persian digits."""
    text = f"{size / 1e9:.1f}"
    return text, text.translate(PERSIAN_DIGITS)
