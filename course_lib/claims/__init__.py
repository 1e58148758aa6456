"""What is true: the ledger of claims, the experiments that test them, and the verdicts that come out."""

from course_lib.claims.evidence import Evidence, Verdicts, run, verdicts
from course_lib.claims.experiment import Result, Task
from course_lib.claims.interval import Interval
from course_lib.claims.ledger import VERDICTS, Claim, Ledger, LedgerError, ledger

__all__ = [
    "VERDICTS",
    "Claim",
    "Evidence",
    "Interval",
    "Ledger",
    "LedgerError",
    "Result",
    "Task",
    "Verdicts",
    "ledger",
    "run",
    "verdicts",
]
