"""Variables as checked values: text, numbers, secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable's text without surrounding spaces; an empty variable counts as unset."""
    # Not by django-environ, which takes a value that begins with $, as a password may, for another variable's name.
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, minimum: int, maximum: int) -> int:
    """A whole number within both bounds, which are themselves allowed."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,12}", value) or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} must be a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def switch(name: str, default: str) -> bool:
    """``on`` or ``off``."""
    value = text(name, default).lower()
    if value not in {"on", "off"}:
        raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")
    return value == "on"


def all_or_none(**values: str) -> None:
    """Refuse a start with only some of these variables set."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        present = next(name for name, value in values.items() if value)
        raise ImproperlyConfigured(f"{present} is set, so {' and '.join(missing)} must be set too.")


def secret(name: str) -> str:
    """The variable itself or the content of the file that ``<name>_FILE`` points to."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE points to {path!r}, which cannot be read.") from error
    if not content:
        raise ImproperlyConfigured(f"{name}_FILE points to {path!r}, which is empty.")
    return content
