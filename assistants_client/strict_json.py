"""The one reader of JSON from outside: what a server sent, what a program sent, what a person typed or imported.

Refused by name: bytes that are not UTF-8, NaN and infinities (also by overflow, `1e999`), a key given twice in one
object, numbers of more than 4,300 digits, nesting deeper than 64.

:func:`loads` reads what is to be stored or sent on, and refuses what cannot be given back exactly as well: NUL, a lone
surrogate, a number that no double can hold. :func:`decode` reads what a server holds, of which nothing may be lost:
it keeps such text and makes it visible (U+2400 and U+FFFD stand for it), and in a list it judges each entry by itself:
one that is refused becomes None, and the others are kept.
"""

from __future__ import annotations

import codecs
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import jiter

from .json_entries import entries_of

MAX_DEPTH = 64
# Other programs read every number as a double, and this as infinity beyond it.
MAX_NUMBER = sys.float_info.max
SURROGATE_MARK = "\ufffd"
NUL_MARK = "\u2400"

_NUL_ESCAPE = re.compile(rb"\\u0000")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_UNSAFE_TEXT = re.compile("[\x00\ud800-\udfff]")
# A double holds no whole number of more digits.
_MANY_DIGITS = re.compile(rb"[0-9]{309}")
_LOOKED_INTO = frozenset((dict, list, float))
_JITER_PLACE = re.compile(r" at line (\d+) column (\d+)\Z")


class JSONFault(StrEnum):
    """What makes a text unreadable, in words that go on after "it"."""

    SYNTAX = "is not valid JSON"
    ENCODING = "is not valid UTF-8"
    DUPLICATE = "holds an object that names the same key twice"
    CONSTANT = "holds NaN or an infinity, which are not JSON numbers"
    DEPTH = f"is nested more than {MAX_DEPTH} levels deep"
    NUMBER = "holds a number that is too large"
    NUL = "holds a NUL character"
    SURROGATE = "holds half of a surrogate pair, which is not a character"
    CUT = "ends in the middle of a value; what came after it is missing"


_JITER_FAULTS = {
    "Detected duplicate key": JSONFault.DUPLICATE,
    "recursion limit": JSONFault.DEPTH,
    "number out of range": JSONFault.NUMBER,
}


class UnreadableJSONError(ValueError):
    """This is not JSON that can be used safely; the text says why, fit for a client.

    `what` is the key or the constant that is refused, or what the syntax lacks, which stands at `line` and `column`.
    """

    def __init__(self, fault: JSONFault, *, what: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(f"it {fault} (line {line}, column {column})" if line else f"it {fault}")
        self.fault = fault
        self.what = what
        self.line = line
        self.column = column


def loads(data: bytes | str) -> Any:
    """The JSON value in `data`, which `dumps` writes again exactly. Raises UnreadableJSONError."""
    try:
        raw = data.encode() if isinstance(data, str) else data.removeprefix(codecs.BOM_UTF8)
    except UnicodeEncodeError:
        raise UnreadableJSONError(JSONFault.SURROGATE) from None
    try:
        value = _parsed(raw)
    except ValueError:
        # Slower, but it tells what is wrong and where; and it takes lone surrogates, which are refused below.
        value = _parsed_in_python(raw)
        _refuse_unsafe_text(value)
    _refuse_depth_and_infinity(value, MAX_DEPTH)
    if _NUL_ESCAPE.search(raw):
        _refuse_unsafe_text(value)
    if _MANY_DIGITS.search(raw):
        _refuse_large_numbers(value)
    return value


def dumps(value: Any) -> str:
    """Compact JSON text of a value that :func:`loads` could have given."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def decode(data: bytes) -> Any:
    """The JSON value that a server sent, with None for entries of a list that cannot be read.

    Raises UnreadableJSONError.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return _decoded(data)
    except UnreadableJSONError:
        entries = entries_of(data)
        if entries is None:
            raise
        start, end, spans = entries
        envelope = _decoded(data[:start] + data[end:])
        envelope["data"] = [_decoded_or_none(data[one:other]) for one, other in spans]
        return envelope


def _decoded_or_none(data: bytes) -> Any:
    try:
        return _decoded(data)
    except UnreadableJSONError:
        return None


def _decoded(data: bytes) -> Any:
    try:
        value = _parsed(data)
        needs_marks = _NUL_ESCAPE.search(data) is not None
    except ValueError as error:
        if not _SURROGATE_ESCAPE.search(data):
            raise _error_of(str(error)) from None
        value = _parsed_in_python(data)
        needs_marks = True
    # The depth is that of an object, wherever it stands: the list around it is not counted.
    is_list = isinstance(value, dict) and isinstance(value.get("data"), list)
    _refuse_depth_and_infinity(value, MAX_DEPTH + (2 if is_list else 0))
    return _made_visible(value) if needs_marks else value


def _parsed(data: bytes) -> Any:
    return jiter.from_json(data, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)


def _error_of(message: str) -> UnreadableJSONError:
    """The error that jiter means; what goes on after the beginning of its message may be the server's text."""
    fault = next((fault for words, fault in _JITER_FAULTS.items() if message.startswith(words)), JSONFault.SYNTAX)
    place = _JITER_PLACE.search(message)
    if fault is not JSONFault.SYNTAX or place is None:
        return UnreadableJSONError(fault)
    return UnreadableJSONError(fault, what=message[: place.start()], line=int(place[1]), column=int(place[2]))


def _refuse_depth_and_infinity(value: Any, most: int) -> None:
    level: list[Any] = [[value]]
    for _ in range(most + 1):
        # `type()` rather than isinstance: this sees every value of a large page.
        found = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) in _LOOKED_INTO
        ]
        level = [child for child in found if type(child) is not float]
        if len(level) < len(found) and not all(map(math.isfinite, (each for each in found if type(each) is float))):
            raise UnreadableJSONError(JSONFault.NUMBER)
        if not level:
            return
    raise UnreadableJSONError(JSONFault.DEPTH)


def _parsed_in_python(data: bytes) -> Any:
    """The same by Python's own decoder, which is slower and takes lone surrogates as they are."""
    try:
        return _TOLERANT.decode(data.decode())
    except UnicodeDecodeError:
        raise UnreadableJSONError(JSONFault.ENCODING) from None
    except RecursionError:
        raise UnreadableJSONError(JSONFault.DEPTH) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise UnreadableJSONError(JSONFault.SYNTAX, what=error.msg.lower(), **place) from None
    except UnreadableJSONError:
        raise
    except ValueError:
        raise UnreadableJSONError(JSONFault.NUMBER) from None


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    distinct = dict(members)
    if len(distinct) != len(members):
        counts = Counter(key for key, _ in members)
        raise UnreadableJSONError(JSONFault.DUPLICATE, what=next(key for key, count in counts.items() if count > 1))
    return distinct


def _no_constant(name: str) -> Any:
    raise UnreadableJSONError(JSONFault.CONSTANT, what=name)


_TOLERANT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _refuse_unsafe_text(value: Any) -> None:
    for item in _scalars(value):
        if isinstance(item, str) and (found := _UNSAFE_TEXT.search(item)):
            raise UnreadableJSONError(JSONFault.NUL if found[0] == "\x00" else JSONFault.SURROGATE)


def _refuse_large_numbers(value: Any) -> None:
    if any(isinstance(item, int) and not -MAX_NUMBER <= item <= MAX_NUMBER for item in _scalars(value)):
        raise UnreadableJSONError(JSONFault.NUMBER)


def _scalars(value: Any) -> Iterator[Any]:
    """Every text, number and word in a value, keys too."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield from item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        else:
            yield item


def _made_visible(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSAFE_TEXT.sub(lambda match: NUL_MARK if match[0] == "\x00" else SURROGATE_MARK, value)
    if isinstance(value, list):
        return [_made_visible(item) for item in value]
    if isinstance(value, dict):
        return _unique([(_made_visible(key), _made_visible(item)) for key, item in value.items()])
    return value
