#!/bin/sh
# Makes .venv with the development dependencies; does nothing when it is up to date.
# PYTHON=/path/to/python chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.stamp
suitable='
import ensurepip, sys, sysconfig, venv
final = sys.version_info >= (3, 10) and sys.version_info.releaselevel == "final"
cpython = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
sys.exit(not (final and cpython))
'

works() {
    "$1" -c "$suitable" >/dev/null 2>&1 </dev/null
}

version() {
    "$1" -c 'import sys; print(sys.version)' 2>/dev/null </dev/null
}

# The path is part of it because scripts in .venv/bin and the editable install hold it.
fingerprint() {
    echo "$PWD"
    version .venv/bin/python
    cksum <pyproject.toml
}

is_wanted() {
    [ -z "${PYTHON:-}" ] || [ "$(version .venv/bin/python)" = "$(version "$PYTHON")" ]
}

is_usable() {
    works .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 &&
        { [ ! -f "$stamp" ] || [ "$(head -n 1 "$stamp")" = "$PWD" ]; }
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11 python3.10 \
            "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python
    fi
    for candidate; do
        if works "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
}

if [ -f "$stamp" ] && [ "$(fingerprint 2>/dev/null)" = "$(cat "$stamp")" ] && is_wanted; then
    exit 0
fi

if ! is_wanted || ! is_usable; then
    python=$(find_python)
    if [ -z "$python" ]; then
        echo "No suitable Python was found${PYTHON:+ at PYTHON=$PYTHON}." >&2
        echo "CPython 3.10 or newer with venv and ensurepip is needed (Debian: python3-venv)." >&2
        exit 1
    fi
    echo "Making .venv with $python" >&2
    "$python" -m venv --clear .venv </dev/null
fi
rm -f "$stamp"
echo "Installing the development dependencies" >&2
# Compiling every file takes half of the time, and most of them are never imported.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile \
    --prefer-binary --editable '.[dev]' </dev/null
fingerprint >"$stamp"
