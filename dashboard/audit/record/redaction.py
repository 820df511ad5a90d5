"""What must never enter the record: keys, passwords and tokens, wherever somebody put them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

SECRET_NAMES = frozenset(
    {
        "password",
        "passphrase",
        "secret",
        "client_secret",
        "api_key",
        "apikey",
        "api-key",
        "x-api-key",
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "access_token",
        "refresh_token",
        "id_token",
        "private_key",
    }
)
# The shapes that providers give their keys on purpose, so that programs like this one know them. Each is found or
# given up after a few characters; those that could be looked for to the end of the text again and again are below.
SHORT_SHAPES = re.compile(
    r"\b(?:sk|rk|pk)-[A-Za-z0-9_-]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bAKIA[A-Z0-9]{16}\b"
)
TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++){2,}+")
TOKEN_START = re.compile(r"\beyJ[A-Za-z0-9_-]{10,}")
TOKEN_PART = 10
KEY_EDGE = re.compile(r"-----(BEGIN|END) [A-Z ]*PRIVATE KEY-----")
KEPT_OUT = re.compile(r"\[kept out of the record: [0-9a-f]{12}\]")


def without_secrets(value: Any) -> Any:
    """The same JSON value with every secret replaced by a short fingerprint of it.

    The fingerprint tells whether two kept-out values were equal, and nothing else.
    """
    if isinstance(value, str):
        return _marked(value)
    if isinstance(value, Mapping):
        return {
            name: _mark(item) if str(name).lower() in SECRET_NAMES and _is_secret(item) else without_secrets(item)
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    return value


def secrets_in(text: str) -> Iterator[tuple[int, int]]:
    """Where in the text each secret begins and ends, in order; the work grows with the length of the text alone."""
    found = [match.span() for match in SHORT_SHAPES.finditer(text)]
    if "eyJ" in text:
        found += _tokens(text)
    if "PRIVATE KEY" in text:
        found += _private_keys(text)
    end = 0
    for start, stop in sorted(found):
        if start >= end:
            yield start, stop
            end = stop


def holds_kept_out(value: Any) -> bool:
    """Whether something was replaced in this value, so that it cannot be restored as it was."""
    if isinstance(value, str):
        return KEPT_OUT.search(value) is not None
    if isinstance(value, Mapping):
        return any(holds_kept_out(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(holds_kept_out(item) for item in value)
    return False


def _marked(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for start, stop in secrets_in(text):
        pieces += (text[end:start], _mark(text[start:stop]))
        end = stop
    return "".join([*pieces, text[end:]]) if end else text


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """Signed tokens: three parts between points, the first of which is JSON in base64."""
    for run in TOKEN.finditer(text):
        parts = run.group().split(".")
        places = list(accumulate((len(part) + 1 for part in parts), initial=run.start()))
        at = 0
        while at < len(parts) - 2:
            begin = TOKEN_START.search(parts[at])
            if begin and min(len(parts[at + 1]), len(parts[at + 2])) >= TOKEN_PART:
                yield places[at] + begin.start(), places[at + 2] + len(parts[at + 2])
                at += 2
            at += 1


def _private_keys(text: str) -> Iterator[tuple[int, int]]:
    """From each first line of a key in PEM to the next last line."""
    begin: int | None = None
    for edge in KEY_EDGE.finditer(text):
        if edge[1] == "BEGIN":
            begin = edge.start() if begin is None else begin
        elif begin is not None:
            yield begin, edge.end()
            begin = None


def _is_secret(value: Any) -> bool:
    return isinstance(value, str) and value != "" and KEPT_OUT.fullmatch(value) is None


def _mark(secret: str) -> str:
    return f"[kept out of the record: {hashlib.sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}]"
