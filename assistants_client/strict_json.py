"""Reads JSON that a server sent, refusing by name what could hurt further on.

Refused: bytes that are not UTF-8, NaN and infinities (also by overflow, `1e999`), a key given twice in
one object, numbers of more than 4,300 digits, nesting deeper than 64. In a list each entry is judged by itself:
one that is refused becomes None, and the others are kept. Text that is legal JSON but cannot be
stored or sent on, a lone surrogate or NUL, is kept and made visible: U+FFFD and U+2400 stand for them.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import Any

import jiter

from .json_entries import entries_of

MAX_DEPTH = 64
SURROGATE_MARK = "\ufffd"
NUL_MARK = "\u2400"

_NUL_ESCAPE = re.compile(rb"\\u0000")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_UNSAFE_TEXT = re.compile("[\x00\ud800-\udfff]")
_LOOKED_INTO = frozenset((dict, list, float))


class UnreadableJSONError(ValueError):
    """These bytes are not JSON that can be used safely; the text says why."""


def decode(data: bytes) -> Any:
    """The JSON value in `data`, as dicts, lists, strings, numbers, booleans and None.

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
        value = jiter.from_json(data, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)
        needs_marks = _NUL_ESCAPE.search(data) is not None
    except ValueError as error:
        if not _SURROGATE_ESCAPE.search(data):
            raise UnreadableJSONError(_why(str(error))) from None
        value = _decoded_with_surrogates(data)
        needs_marks = True
    _refuse_depth_and_infinity(value)
    return _made_visible(value) if needs_marks else value


def _why(message: str) -> str:
    if message.startswith("Detected duplicate key"):
        # The message goes on with the key, which is the server's text.
        return "it names a key twice in one object"
    if message.startswith("recursion limit"):
        return "it is nested too deeply"
    if message.startswith("number out of range"):
        return "it holds a number with too many digits"
    return message


def _refuse_depth_and_infinity(value: Any) -> None:
    level: list[Any] = [[value]]
    # The depth is that of an object, wherever it stands: the list around it is not counted.
    is_list = isinstance(value, dict) and isinstance(value.get("data"), list)
    for _ in range(MAX_DEPTH + (3 if is_list else 1)):
        # `type()` rather than isinstance: this sees every value of a large page.
        found = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) in _LOOKED_INTO
        ]
        level = [child for child in found if type(child) is not float]
        if len(level) < len(found) and not all(map(math.isfinite, (each for each in found if type(each) is float))):
            raise UnreadableJSONError("it holds a number too large to keep")
        if not level:
            return
    raise UnreadableJSONError("it is nested too deeply")


def _decoded_with_surrogates(data: bytes) -> Any:
    """The same by Python's own decoder, which is slower and takes lone surrogates as they are."""
    try:
        return _TOLERANT.decode(data.decode())
    except UnicodeDecodeError:
        raise UnreadableJSONError("it is not valid UTF-8") from None
    except RecursionError:
        raise UnreadableJSONError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableJSONError(f"{error.msg.lower()} at character {error.pos}") from None
    except ValueError as error:
        if isinstance(error, UnreadableJSONError):
            raise
        raise UnreadableJSONError("it holds a number with too many digits") from None


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    distinct = dict(members)
    if len(distinct) != len(members):
        raise UnreadableJSONError("it names a key twice in one object")
    return distinct


def _no_constant(name: str) -> Any:
    raise UnreadableJSONError(f"it holds {name}, which is not JSON")


_TOLERANT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _made_visible(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSAFE_TEXT.sub(lambda match: NUL_MARK if match[0] == "\x00" else SURROGATE_MARK, value)
    if isinstance(value, list):
        return [_made_visible(item) for item in value]
    if isinstance(value, dict):
        return _unique([(_made_visible(key), _made_visible(item)) for key, item in value.items()])
    return value
