"""Variables as checked values: text, numbers, switches, secrets; and an account of which were read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One setting as it was read. ``value`` is empty when the default counts, and for every secret."""

    name: str
    value: str
    default: str
    source: str
    is_secret: bool = False


# In the order in which they were read. A reader makes its setting known by reading it, so this is every setting.
readings: dict[str, Reading] = {}


def text(name: str, default: str = "") -> str:
    """The variable's text without surrounding spaces; an empty variable counts as unset."""
    # Not by django-environ, which takes a value that begins with $, as a password may, for another variable's name.
    value = os.environ.get(name, "").strip()
    readings[name] = Reading(name=name, value=value, default=default, source="environment" if value else "default")
    return value or default


def integer(name: str, default: int, *, minimum: int, maximum: int) -> int:
    """A whole number within both bounds, which are themselves allowed."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,12}", value) or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} must be a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def switch(name: str, default: str) -> bool:
    """``on`` or ``off``."""
    return choice(name, default, ("on", "off")) == "on"


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of a few words, in any case."""
    value = text(name, default)
    if value.lower() not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value.lower()


def names(name: str, *, of: str) -> list[str]:
    """Names behind commas, none when the variable is unset; ``of`` says what they name."""
    value = text(name)
    found = [each.strip() for each in value.split(",") if each.strip()]
    if value and not found:
        raise ImproperlyConfigured(f"{name} must name at least one {of}, or not be set, not {value!r}.")
    return found


def all_or_none(**values: str) -> None:
    """Refuse a start with only some of these variables set."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        present = next(name for name, value in values.items() if value)
        raise ImproperlyConfigured(f"{present} is set, so {' and '.join(missing)} must be set too.")


def secret(name: str) -> str:
    """The variable itself or the content of the file that ``<name>_FILE`` points to."""
    path, given = os.environ.get(f"{name}_FILE", "").strip(), os.environ.get(name, "").strip()
    source = f"file {path}" if path else "environment" if given else "default"
    readings[name] = Reading(name=name, value="", default="", source=source, is_secret=True)
    if not path:
        return given
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE points to {path!r}, which cannot be read.") from error
    if not content:
        raise ImproperlyConfigured(f"{name}_FILE points to {path!r}, which is empty.")
    return content
