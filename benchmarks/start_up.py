"""How long ``import course_lib`` takes: each package of the library against bare Python, in fresh processes.

The rounds are interleaved, so that a busy moment of the machine hits every row alike; what is printed is the
median over the rounds of the difference to, and of the ratio with, the bare Python of the same round.
"""

from __future__ import annotations

import argparse
import pkgutil
import subprocess
import sys
import time
from statistics import median

import course_lib

TARGET = 0.150  # seconds over bare Python that `import course_lib` may take
HEAVY = ("torch", "matplotlib")


def seconds(code: str) -> float:
    """Return the wall-clock time of a fresh Python that runs some code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def heavy_imports(code: str) -> list[str]:
    """Return which of the heavy packages some code imports."""
    report = f"{code}\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    return subprocess.run([sys.executable, "-c", report], check=True, capture_output=True, text=True).stdout.split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each import is timed")
    rounds = parser.parse_args().rounds

    packages = sorted(
        module.name for module in pkgutil.iter_modules(course_lib.__path__, "course_lib.") if module.ispkg
    )
    imports = {name: f"import {name}" for name in ("course_lib", *packages, "numpy", *HEAVY)}
    for code in imports.values():
        seconds(code)  # the first import of all writes bytecode and fills the disk cache

    times: dict[str, list[float]] = {name: [] for name in imports}
    bare = []
    for _ in range(rounds):
        bare.append(seconds("pass"))
        for name, code in imports.items():
            times[name].append(seconds(code))

    print(f"bare Python: {median(bare) * 1e3:.0f} ms (median of {rounds} rounds)\n")
    print(f"{'import':<24}{'over bare':>12}{'× bare':>10}   loads")
    for name, code in imports.items():
        over = median(taken - base for taken, base in zip(times[name], bare, strict=True))
        ratio = median(taken / base for taken, base in zip(times[name], bare, strict=True))
        loads = ", ".join(heavy_imports(code)) or "–"
        print(f"{name:<24}{over * 1e3:>9.0f} ms{ratio:>10.1f}   {loads}")

    over = median(taken - base for taken, base in zip(times["course_lib"], bare, strict=True))
    print(f"\nimport course_lib takes {over / TARGET:.0%} of the {TARGET * 1e3:.0f} ms that it may take.")


if __name__ == "__main__":
    main()
