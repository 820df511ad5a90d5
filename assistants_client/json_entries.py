"""Finds the entries of a list in JSON text that as a whole cannot be read, so that each can be read by itself."""

from __future__ import annotations

import re
from itertools import islice

# Outside of strings these bytes alone tell where something begins or ends; none of them is part of a longer
# UTF-8 character. A string without an end is one token too, so that no text is looked through twice.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[][{},:]', re.DOTALL)
_WHITE = b" \t\r\n"
# About half a second of work; a list of more is not looked through.
MOST_TOKENS = 1_000_000


def entries_of(data: bytes) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Where the array `data` of the object in this text has its inside, and where in it each entry is.

    None when this is no such text: another value, an object with no or with two such arrays, one cut short, or
    one of more than a million tokens.
    """
    depth = 0
    found: tuple[int, int, list[tuple[int, int]]] | None = None
    spans: list[tuple[int, int]] = []
    inside = mark = -1
    last = b""
    is_key = False
    for match in islice(_TOKEN.finditer(data), MOST_TOKENS):
        token, place = match[0], match.start()
        if token == b":" and depth == 1:
            is_key = last == b'"data"'
        elif token in (b"[", b"{"):
            depth += 1
            if depth == 1 and (token == b"[" or data[:place].strip(_WHITE)):
                return None
            if depth == 2 and token == b"[" and is_key:
                if found:
                    return None
                inside = mark = match.end()
        elif token in (b"]", b",") and depth == 2 and inside >= 0:
            # Between two commas stands something, if only what cannot be read.
            if token == b"," or spans or data[mark:place].strip(_WHITE):
                spans.append((mark, place))
            mark = match.end()
            if token == b"]":
                found, inside = (inside, place, spans), -1
        if token in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                return None if data[match.end() :].strip(_WHITE) else found
        last = token
    return None
