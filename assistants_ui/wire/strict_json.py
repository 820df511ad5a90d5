"""Reads JSON that a server sent, refusing by name what could hurt further on.

Refused: bytes that are not UTF-8, NaN and infinities (also by overflow, `1e999`), a key given twice in
one object, numbers of absurd length, nesting deeper than 64. Text that is legal JSON but cannot be
stored or sent on, a lone surrogate or NUL, is kept and made visible: U+FFFD and U+2400 stand for them.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

MAX_DEPTH = 64
MAX_DIGITS = 1000
SURROGATE_MARK = "\ufffd"
NUL_MARK = "\u2400"

_UNSAFE_ESCAPE = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_CONTAINERS = frozenset((dict, list))
_UNSAFE_TEXT = re.compile("[\x00\ud800-\udfff]")


class UnreadableJSONError(ValueError):
    """These bytes are not JSON that can be used safely; the text says why."""


def decode(data: bytes) -> Any:
    """The JSON value in `data`, as dicts, lists, strings, numbers, booleans and None.

    Raises UnreadableJSONError.
    """
    try:
        value = _DECODER.decode(data.removeprefix(codecs.BOM_UTF8).decode())
    except UnicodeDecodeError:
        raise UnreadableJSONError("it is not valid UTF-8") from None
    except RecursionError:
        raise UnreadableJSONError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnreadableJSONError(f"{error.msg.lower()} at character {error.pos}") from None
    except ValueError as error:
        # Python's own limit on the digits of an integer (4,300), or one of the refusals below.
        if isinstance(error, UnreadableJSONError):
            raise
        raise UnreadableJSONError("it holds a number with too many digits") from None
    _refuse_depth(value)
    return _made_visible(value) if _UNSAFE_ESCAPE.search(data) else value


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    distinct = dict(members)
    if len(distinct) != len(members):
        raise UnreadableJSONError("it names a key twice in one object")
    return distinct


def _finite(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_DIGITS else float("inf")
    if number - number != 0:
        raise UnreadableJSONError("it holds a number too large to keep")
    return number


def _no_constant(name: str) -> Any:
    raise UnreadableJSONError(f"it holds {name}, which is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)


def _refuse_depth(value: Any) -> None:
    depth = 0
    level = [value] if isinstance(value, dict | list) else []
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise UnreadableJSONError("it is nested too deeply")
        # `type() is` rather than isinstance: this loop sees every value of a large page.
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) in _CONTAINERS
        ]


def _made_visible(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSAFE_TEXT.sub(lambda match: NUL_MARK if match[0] == "\x00" else SURROGATE_MARK, value)
    if isinstance(value, list):
        return [_made_visible(item) for item in value]
    if isinstance(value, dict):
        return _unique([(_made_visible(key), _made_visible(item)) for key, item in value.items()])
    return value
