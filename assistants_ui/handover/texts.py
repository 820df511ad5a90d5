"""Texts as names of files, as names in code and as literals; whatever an assistant is called, they are safe."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from assistants_ui.handover.source import Source
from dashboard.bounds import INDENTED_LEVELS
from dashboard.lib.readable import readable_json

VARIABLE = re.compile(r"\{{2,3}\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}{2,3}|\{\{")
LONGEST_SLUG = 60
# Windows keeps these names for devices, whatever their ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
JAVASCRIPT = frozenset(
    re.findall(
        r"\w+",
        "arguments await break case catch class const continue debugger default delete do else enum eval export "
        "extends false finally for function if implements import in instanceof interface let new null package "
        "private protected public return static super switch this throw true try typeof undefined var void "
        "while with yield",
    )
)


def slug(text: str, *, longest: int = LONGEST_SLUG, fallback: str = "assistant") -> str:
    """Lower-case ASCII letters and digits with single hyphens inside; never empty and never a device's name."""
    plain = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:longest].strip("-")
    if not found:
        return fallback
    return f"{found}-assistant" if found in DEVICES else found


def slug_of(source: Source) -> str:
    """From the name; from the id where the name gives nothing."""
    return slug(source.name or "", fallback=slug(source.id))


def unique(names: Iterable[str]) -> Iterator[str]:
    """Each name once: the second ``desk`` is ``desk-2``, also where ``desk-2`` is a name of its own."""
    names = list(names)
    taken: set[str] = set()
    first = set(names)
    for name in names:
        candidate, number = name, 1
        while candidate in taken or (number > 1 and candidate in first):
            number += 1
            candidate = f"{name}-{number}"
        taken.add(candidate)
        yield candidate


def identifiers(names: Iterable[str], *, reserved: Iterable[str]) -> list[str]:
    """A Python and JavaScript identifier for each name, in order, none of them twice."""
    found: list[str] = []
    taken = {name.lower() for name in reserved}
    for name in names:
        base = re.sub(r"\W+", "_", name[:200], flags=re.ASCII).strip("_")[:60] or "function"
        if base[0].isdigit() or keyword.iskeyword(base) or keyword.issoftkeyword(base) or base in JAVASCRIPT:
            base = f"function_{base}"
        candidate, number = base, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{base}_{number}"
        taken.add(candidate.lower())
        found.append(candidate)
    return found


def python(value: Any, indent: int = 0) -> str:
    """A JSON value as a Python literal, one member a line as far as JSON is indented."""
    pad, end = "    " * (indent + 1), "    " * indent
    if indent == INDENTED_LEVELS:
        return repr(value)
    if isinstance(value, dict) and value:
        members = "".join(f"{pad}{key!r}: {python(item, indent + 1)},\n" for key, item in value.items())
        return f"{{\n{members}{end}}}"
    if isinstance(value, (list, tuple)) and value:
        return "[\n" + "".join(f"{pad}{python(item, indent + 1)},\n" for item in value) + f"{end}]"
    return repr(list(value) if isinstance(value, tuple) else value)


def javascript(value: Any) -> str:
    """A JSON value as JavaScript, in ASCII, so that no line separator ends a line of code."""
    return readable_json(value, ensure_ascii=True).replace('"__proto__":', '["__proto__"]:')


def pretty(value: Any) -> str:
    """A JSON file."""
    return readable_json(value) + "\n"


def line(text: str, *, longest: int = 120) -> str:
    """A text on one line of a report, without what Markdown, HTML or a terminal would read in it."""
    return _line(text[:1000], longest)


@lru_cache(maxsize=512)
def _line(text: str, longest: int) -> str:
    """Kept, because a report names the same things in many of its sentences."""
    flat = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    flat = flat if len(flat) <= longest else f"{flat[: longest - 1]}…"
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", flat)
