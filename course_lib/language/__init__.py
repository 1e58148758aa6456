"""Persian and English side by side: texts, digits, outputs, glossary, the check, the JupyterLab extension."""

from course_lib.language.terms import Glossary, Term, glossary
from course_lib.language.text import Text, UnknownNameError, digits, html, isolate

__all__ = ["Glossary", "Term", "Text", "UnknownNameError", "digits", "glossary", "html", "isolate"]
