"""What an error answer says, in the shapes of the frameworks that servers are written with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import strict_json

# Where frameworks put the sentence for people; the first that holds one counts.
SENTENCES = (
    "message", "Message", "msg", "detail", "error_description", "description", "defaultMessage", "reason",
    "faultstring", "errorMessage", "error_message", "title",
)  # fmt: skip
# Where they list what is wrong, field by field; this says more than the sentence beside it.
LISTS = (
    "errors", "issues", "invalid-params", "invalid_params", "violations", "fieldViolations", "fieldErrors",
    "validationErrors", "validation",
)  # fmt: skip
PLACES = ("loc", "field", "path", "param", "property", "propertyPath", "source", "pointer")
# Names under which problems of the whole are listed, beside those of fields.
OF_THE_WHOLE = frozenset({"", "*", "_errors", "__all__", "base", "detail", "errors", "message", "non_field_errors"})
# What stands before the name of a field: the part of the request it is in.
PARTS = frozenset({"$", "body", "data", "attributes", "request", ""})
PLAIN_CHARACTERS = 300
MOST_PROBLEMS = 20
_SEPARATORS = re.compile(r"[./]")


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What an answer says of itself; everything may be missing. ``message`` and the rest are as they were sent."""

    message: str = ""
    code: Any = None
    param: Any = None
    type: Any = None
    status: Any = None
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class _Problem:
    """One thing that is wrong, and the field it is wrong with."""

    text: str
    field: str = ""
    code: Any = None


def words_of(body: bytes, *, content_type: str) -> ErrorWords:
    """What the body of an error says. Of a web page nothing is told, since it may hold anything."""
    try:
        decoded = strict_json.decode(body)
    except strict_json.UnreadableJSONError:
        text = body.decode("utf-8", errors="replace").strip()
        is_page = "html" in content_type or text.startswith("<")
        is_sentence = not is_page and not text.startswith(("{", "[")) and "\ufffd" not in text
        return ErrorWords(text if is_sentence and len(text) <= PLAIN_CHARACTERS else "", is_page=is_page)
    return in_json(decoded)


def in_json(body: Any) -> ErrorWords:
    """The same of a decoded body."""
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if isinstance(body, str):
        return ErrorWords(body)
    if isinstance(body, list):
        body = {"errors": body}
    if not isinstance(body, dict):
        return ErrorWords()
    inner = _inner(body)
    problems = list(_problems_of(inner))[:MOST_PROBLEMS]
    fields = [problem.field for problem in problems if problem.field]
    return ErrorWords(
        message=_sentence(inner, problems),
        code=_first(inner, "code", "error_code", "errorCode") or (problems[0].code if problems else None),
        param=inner.get("param") or (fields[0] if fields else None),
        type=inner.get("type"),
        status=_first(inner, "status", "statusCode", "code"),
    )


def is_error(body: Any) -> bool:
    """Whether an answer that calls itself a success holds an error and nothing else, as some gateways send it."""
    if not isinstance(body, dict) or "id" in body or body.get("data"):
        return False
    if isinstance(body.get("error"), dict | str | list) and body["error"]:
        return True
    if body.get("object") == "error" or body.get("success") is False or body.get("status") == "error":
        return True
    if isinstance(body.get("errors"), list) and body["errors"]:
        return True
    numbers = [body.get(key) for key in ("statusCode", "status", "code")]
    return any(_status(number) for number in numbers) and bool(in_json(body).message)


def status_in(words: ErrorWords) -> int:
    """The status of an error that a success names inside, or 0."""
    return _status(words.status) or _status(words.code)


def _status(number: Any) -> int:
    return int(number) if isinstance(number, int | str) and re.fullmatch("[45][0-9]{2}", str(number)) else 0


def _inner(body: dict[str, Any]) -> dict[str, Any]:
    """The part of a body that tells the error."""
    error = body.get("error")
    if isinstance(error, dict) and error:
        return _inner(error)
    if isinstance(body.get("message"), dict):
        return {**body, "message": None, "errors": body["message"]}
    for key in ("detail", "fault"):
        inner = body.get(key)
        if isinstance(inner, dict) and inner and not _words(body):
            return _inner(inner)
    if isinstance(error, str | list) and error and not _first(body, *SENTENCES, *LISTS):
        # NestJS and Spring name the status in words there, and say what is wrong beside it.
        return {**body, "message": error}
    return body


def _sentence(inner: dict[str, Any], problems: list[_Problem]) -> str:
    if problems:
        lines = [f"{problem.field}: {problem.text}" if problem.field else problem.text for problem in problems]
        return "; ".join(dict.fromkeys(lines))
    return _words(inner)


def _problems_of(inner: dict[str, Any]) -> Iterator[_Problem]:
    """What is wrong, one by one, where the error lists it."""
    listed = _first(inner, *LISTS)
    if listed is None:
        listed = next((inner[key] for key in ("detail", "message") if isinstance(inner.get(key), list)), None)
    if listed is None and inner and not _first(inner, *SENTENCES, "error") and all(map(_is_listing, inner.values())):
        # Django REST and Rails answer with nothing but the fields, each with its problems.
        listed = inner
    yield from _problems(listed, "")


def _is_listing(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and all(isinstance(item, str | dict) for item in value))


def _problems(listed: Any, field: str) -> Iterator[_Problem]:
    if isinstance(listed, str) and listed:
        yield _Problem(listed, field)
    elif isinstance(listed, list):
        for item in listed:
            yield from _problems(item, field)
    elif isinstance(listed, dict):
        if sentence := _words(listed):
            yield _Problem(sentence, _place(listed) or field, _first(listed, "code", "type"))
            return
        for key, value in listed.items():
            name = "" if key in OF_THE_WHOLE else _field(key)
            yield from _problems(value, ".".join(filter(None, (field, name))))


def _place(problem: dict[str, Any]) -> str:
    """The field that one problem names."""
    # Problem details name the field and the reason.
    place = _first(problem, *PLACES, *(["name"] if "reason" in problem else []))
    if isinstance(place, dict):
        # JSON:API
        place = _first(place, "pointer", "parameter")
    if isinstance(place, list):
        return ".".join(str(part) for part in place if part not in PARTS)
    return _field(place) if isinstance(place, str) else ""


def _field(place: str) -> str:
    """``name`` for ``$.name``, ``body.name`` and ``/data/attributes/name``."""
    return ".".join(part for part in _SEPARATORS.split(place) if part not in PARTS)


def _words(value: dict[str, Any]) -> str:
    """The sentence for people, wherever it stands."""
    return next((value[key] for key in SENTENCES if isinstance(value.get(key), str) and value[key]), "")


def _first(value: dict[str, Any], *keys: str) -> Any:
    return next((value[key] for key in keys if value.get(key) not in (None, "", [], {})), None)
