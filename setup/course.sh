#!/bin/sh
# Finds the newest suitable Python and lets it do the work, as in: sh setup/course.sh lab
# PYTHON=… names one by hand.

found=
start_with() {
    python=$1
    shift
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" "$(dirname "$0")" "$@"
    fi
    if version=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null); then
        found="$found    $python: Python $version
"
    fi
}

if [ -n "$PYTHON" ]; then
    start_with "$PYTHON" "$@"
else
    for candidate in python3.13 python3.12 python3.11 python3 python; do
        start_with "$candidate" "$@"
    done
fi

{
    if [ -n "$found" ]; then
        echo "The course needs Python 3.11 or newer; this is too old:"
        echo "این دوره به پایتون ۳٫۱۱ یا تازه‌تر نیاز دارد؛ این قدیمی است:"
        printf '%s' "$found"
    else
        echo "Python was not found${PYTHON:+ at $PYTHON}; the course needs Python 3.11 or newer."
        echo "پایتون پیدا نشد؛ این دوره به پایتون ۳٫۱۱ یا تازه‌تر نیاز دارد."
    fi
    cat <<'MESSAGE'
Install it and repeat the command, or name one that you have:
آن را نصب کنید و فرمان را دوباره بزنید، یا پایتونی را که دارید نام ببرید:
    sudo apt install python3 python3-venv      (Debian, Ubuntu)
    https://www.python.org/downloads/
    make lab PYTHON=/path/to/python3
MESSAGE
} >&2
exit 1
