"""Prepare the course's environment and work in it: python setup lab | evidence | test | check | notebooks | bench."""

import sys

# Read by whatever Python somebody starts it with, so the modules beside it are imported only afterwards.
if sys.version_info < (3, 11):  # noqa: UP036
    version = "{}.{}".format(*sys.version_info)
    sys.exit(
        "The course needs Python 3.11 or newer; this is Python " + version + ".\n"
        "این دوره به پایتون ۳٫۱۱ یا تازه‌تر نیاز دارد؛ این پایتون قدیمی است.\n"
        "    https://www.python.org/downloads/"
    )

from command import main

sys.exit(main(sys.argv[1:]))
