"""Why pip failed, read from what it printed."""

from __future__ import annotations

import re

# In order of precedence: what pip says last often follows from what it met first, as when nothing matches
# because the index was out of reach.
_CAUSES = {
    "disk": r"No space left on device|\[Errno 28\]|\[WinError 112\]|Disk quota exceeded|\[Errno 122\]",
    "permission": r"Permission denied|\[Errno 13\]|Access is denied|Read-only file system|\[Errno 30\]",
    "certificate": r"CERTIFICATE_VERIFY_FAILED|SSLError",
    "network": (
        r"NewConnectionError|Failed to establish a new connection|ConnectTimeout|Read ?timed out|ReadTimeout"
        r"|name resolution|getaddrinfo failed|Name or service not known|ProxyError|Network is unreachable"
        r"|Connection refused|Connection ?reset|RemoteDisconnected|ProtocolError|IncompleteRead"
    ),
    "no_match": r"No matching distribution found|Could not find a version that satisfies",
    "conflict": r"ResolutionImpossible|conflicting dependencies",
}


def cause(output: str, *, pinned: bool) -> str:
    """Return the cause of a failed pip run: ``"disk"``, ``"network"`` and so on, or ``"other"``.

    Args:
        output: What pip printed.
        pinned: Whether pip was given the course's own pins. They go together, so a pin that conflicts is then
            pip's way to say that it found no such version.
    """
    found = next((name for name, pattern in _CAUSES.items() if re.search(pattern, output, re.IGNORECASE)), "other")
    return "no_match" if pinned and found == "conflict" else found


def requirement_without_match(output: str) -> str:
    """Return the requirement that pip found nothing for, such as ``torch==2.13.0``."""
    found = re.search(r"No matching distribution found for (\S+)|\(constraint\) (\S+)", output)
    return (found[1] or found[2]) if found else ""


def explain(output: str, *, pinned: bool, python: str) -> tuple[str, ...]:
    """Return what happened and what to do: the English line, the Persian line, and details.

    Args:
        output: What pip printed.
        pinned: As for `cause`.
        python: The version of the Python that ran pip, such as ``3.11``.
    """
    match cause(output, pinned=pinned):
        case "disk":
            return (
                "The disk is full. Make room and repeat the command; downloads pass through the temporary folder,"
                " which TMPDIR can point elsewhere.",
                "دیسک پر است. جا باز کنید و فرمان را دوباره بزنید؛ فایل‌ها نخست به پوشهٔ موقت می‌آیند"
                " که با TMPDIR جابه‌جا می‌شود.",
            )
        case "permission":
            return (
                "A file could not be written. Check who owns the course's folder and the environment.",
                "فایلی نوشته نشد. ببینید پوشهٔ دوره و محیط از آنِ کدام کاربر است.",
            )
        case "conflict":
            return (
                "The versions in this environment do not go together with the course's; the log names them."
                " The course's own environment has no such conflict:",
                "نسخه‌های این محیط با نسخه‌های دوره سازگار نیست؛ نامشان در گزارش آمده است."
                " محیط خود دوره این ناسازگاری را ندارد:",
                "make lab VENV=.venv",
            )
        case "certificate":
            return (
                "The certificate of the package index was refused. Check the clock; behind a proxy that opens"
                " connections, give pip the proxy's certificate (PIP_CERT).",
                "گواهی مخزن بسته‌ها پذیرفته نشد. ساعت دستگاه را ببینید؛ اگر پراکسی اتصال‌ها را باز می‌کند،"
                " گواهی آن را با PIP_CERT به pip بدهید.",
            )
        case "network":
            return (
                "The package index cannot be reached. The first run needs the internet: check the connection"
                " (and the proxy, if there is one) and repeat the command.",
                "به مخزن بسته‌ها دسترسی نیست. اجرای نخست به اینترنت نیاز دارد: اتصال (و پراکسی، اگر هست)"
                " را ببینید و فرمان را دوباره بزنید.",
            )
        case "no_match":
            return (
                f"pip found nothing that fits Python {python} on this machine for the package below."
                " Try another Python, and check that pip is not set to work offline or with another index.",
                "برنامهٔ pip برای بستهٔ زیر چیزی نیافت که به این پایتون و این دستگاه بخورد."
                " پایتون دیگری بیازمایید و ببینید که pip برای کار بی‌اینترنت یا با مخزن دیگری تنظیم نشده باشد.",
                requirement_without_match(output),
                "make lab PYTHON=python3.12",
            )
        case _:
            return (
                "pip could not install the course. What it said is in the log:",
                "نصب دوره با pip انجام نشد. آنچه pip گفته است در گزارش است:",
            )
