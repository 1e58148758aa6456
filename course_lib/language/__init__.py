"""Persian and English side by side: texts, digits, outputs, glossary, the check, the JupyterLab extension."""

from course_lib.language.text import Text, digits, html, isolate

__all__ = ["Text", "digits", "html", "isolate"]
