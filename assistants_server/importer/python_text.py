"""What Python prints of the SDK's objects: ``Assistant(id='…', tools=[FunctionTool(…)])``, lists and pages of them.

The text is parsed, never run: only literals, lists, and calls with named values are read.
"""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from dashboard.bounds import PRINTED_TOKENS

# A text in quotes, or one of what is counted: a word, or a mark.
TOKEN = re.compile(r"'(?:[^'\\\n]++|\\.)*+'?|\"(?:[^\"\\\n]++|\\.)*+\"?|(\w++|[^\w\s])", re.DOTALL)


class NotPythonError(ValueError):
    """The text is nothing that Python prints of plain values and of the SDK's objects."""


# A text with values in it, each of which Python parses as a program of its own.
F_STRING = re.compile(
    r"\b(?:[rR]?[fF]|[fF][rR])(?:'{3}(?:(?!'{3}).)*+|\"{3}(?:(?!\"{3}).)*+|'[^'\n]*+|\"[^\"\n]*+)", re.DOTALL
)
FIELD_TOKENS = 100


def read(text: str) -> list[Any]:
    """The printed values, one for each ``print``; raises :class:`NotPythonError`."""
    if not ("'" in text or "(" in text):
        raise NotPythonError
    try:
        return [_value(_printed(statement)) for statement in _parsed(text.strip()).body]
    except RecursionError as error:
        raise NotPythonError from error


def is_too_much(text: str) -> bool:
    """Whether Python would need too much memory to read the text as code: up to half a kilobyte for each token."""
    most = PRINTED_TOKENS - FIELD_TOKENS * sum(found[0].count("{") for found in F_STRING.finditer(text))
    if len(text) <= most:
        return False
    tokens = (found for found in TOKEN.finditer(text) if found[1])
    return next(islice(tokens, max(0, most), None), None) is not None


def _parsed(text: str) -> ast.Module:
    if is_too_much(text):
        raise NotPythonError
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise NotPythonError from error


def _printed(statement: ast.stmt) -> ast.expr:
    if not isinstance(statement, ast.Expr):
        raise NotPythonError
    return statement.value


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=str() | int() | float() | bool() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(item) for item in items]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_key(key): _value(value) for key, value in pairs}
        case ast.Call(func=function, args=[], keywords=named) if _is_name(function):
            # The SDK's objects; what begins with an underscore is the library's own.
            return {
                word.arg: _value(word.value) for word in named if word.arg is not None and not word.arg.startswith("_")
            }
        case ast.Call(func=function, args=[*values], keywords=[*named]) if _last_name(function) == "datetime":
            return _moment([_value(item) for item in values], is_utc=bool(named))
        case ast.Call(func=function, args=[value], keywords=[]) if _is_name(function):
            # ``UUID('…')``, ``Decimal('…')``, ``ObjectId('…')``; before Python 3.12 an OrderedDict is a list of pairs.
            return _of_pairs(_value(value)) if _last_name(function) == "OrderedDict" else _value(value)
    raise NotPythonError


def _of_pairs(value: Any) -> Any:
    is_pairs = isinstance(value, list) and all(isinstance(item, list) and len(item) == 2 for item in value)
    if not is_pairs or not all(isinstance(key, str) for key, _ in value):
        return value
    return dict(value)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _moment(parts: list[Any], *, is_utc: bool) -> str:
    try:
        moment = datetime(*parts)  # noqa: DTZ001  # the zone is told beside the parts
    except (TypeError, ValueError, OverflowError) as error:
        raise NotPythonError from error
    return moment.replace(tzinfo=UTC).isoformat() if is_utc else moment.isoformat()


def _is_name(node: ast.expr) -> bool:
    """``Assistant``, ``openai.types.Assistant`` or ``SyncCursorPage[Assistant]``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def passed_to_create(text: str) -> list[dict[str, Any]]:
    """What program code passes to functions named ``create``, as far as it is written out; raises like :func:`read`."""
    # Parsing a long text costs much, and most texts that are parsed for nothing do not even hold the word.
    if "create" not in text:
        return []
    calls = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.Call) and node.keywords]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "create"]
    return [_written_out(call) for call in named]


def _written_out(call: ast.Call) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word in call.keywords:
        try:
            if word.arg is not None:
                found[word.arg] = _value(word.value)
        except NotPythonError:
            continue  # a variable or a computation, which only the program knows
    return found


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotPythonError
