"""What an error answer says, in the shapes of the frameworks that servers are written with."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from . import strict_json

# Where frameworks put the sentence for people; the first that holds one counts.
SENTENCES = (
    "message", "Message", "msg", "detail", "error_description", "description", "defaultMessage", "reason",
    "faultstring", "errorMessage", "error_message", "errmsg", "err", "issue", "title",
)  # fmt: skip
# Where they put the error as a whole.
ERRORS = ("error", "Error", "odata.error")
# Where they list what is wrong, field by field; this says more than the sentence beside it.
LISTS = (
    "errors", "issues", "invalid-params", "invalid_params", "violations", "fieldViolations", "fieldErrors",
    "validationErrors", "validation",
)  # fmt: skip
PLACES = (
    "loc", "field", "Field", "path", "param", "property", "propertyPath", "attr", "instancePath", "target", "source",
    "pointer",
)  # fmt: skip
# Names under which problems of the whole are listed, beside those of fields.
OF_THE_WHOLE = frozenset({"", "*", "_errors", "__all__", "base", "detail", "errors", "message", "non_field_errors"})
# What stands before the name of a field: the part of the request it is in.
PARTS = frozenset({"$", "#", "body", "data", "attributes", "request", ""})
# What servers call a success that name one in each answer.
SUCCESSES = re.compile(r"0|2[0-9]{2}|ok|success(ful)?(ly)?|succeeded", re.IGNORECASE)
PLAIN_CHARACTERS = 300
MOST_PROBLEMS = 20
_CHARSET = re.compile(r"charset=\"?([\w.:-]{1,40})")
# An error in a stream of events.
_EVENT = re.compile(r"\A(?:event:[^\n]*\n)?data:\s*(?=[{\[])")
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
        return in_json(strict_json.decode(body))
    except strict_json.UnreadableJSONError:
        text = _text(body, content_type).strip()
    if (loose := _loosely(_EVENT.sub("", text))) is not None:
        return in_json(loose)
    is_page = "html" in content_type or text.startswith("<")
    is_sentence = not is_page and not text.startswith(("{", "[")) and "\ufffd" not in text
    return ErrorWords(text if is_sentence and len(text) <= PLAIN_CHARACTERS else "", is_page=is_page)


def _text(body: bytes, content_type: str) -> str:
    """The text of a body that is not UTF-8 too, if it says what it is."""
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        declared = _CHARSET.search(content_type)
    try:
        return body.decode(declared[1] if declared else "utf-8", errors="replace")
    except (LookupError, ValueError):
        return body.decode(errors="replace")


def _loosely(text: str) -> Any:
    """An object or list that is not quite JSON, or has something behind it: its words are shown, nothing is kept."""
    if not text.startswith(("{", "[")):
        return None
    depths = accumulate((sign in "{[") - (sign in "}]") for sign in text)
    try:
        return None if max(depths) > strict_json.MAX_DEPTH else json.JSONDecoder(strict=False).raw_decode(text)[0]
    except ValueError:
        return None


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
        param=inner.get("param") or (fields[0] if fields else None) or _checked_key(inner),
        type=inner.get("type"),
        status=_first(inner, "status", "statusCode", "code"),
    )


def is_error(body: Any) -> bool:
    """Whether an answer that calls itself a success holds an error and nothing else, as some gateways send it."""
    if not isinstance(body, dict) or ("id" in body and "jsonrpc" not in body) or body.get("data"):
        return False
    if isinstance(body.get("error"), dict | str | list) and body["error"]:
        return True
    if body.get("object") == "error" or body.get("status") in ("error", "fail", "failed"):
        return True
    if any(body.get(key) is False for key in ("success", "ok", "status")):
        return True
    if isinstance(body.get("errors"), list) and body["errors"]:
        return True
    numbers = [body.get(key) for key in ("statusCode", "status", "code")]
    is_failure = any(_status(number) for number in numbers) or _names_failure(body)
    return is_failure and bool(in_json(body).message)


def _names_failure(body: dict[str, Any]) -> bool:
    """Whether a code in an answer that holds nothing else says that it failed: ``{"errcode": 40001, …}``."""
    if body.get("data") is not None or "object" in body:
        return False
    named = [
        str(body[key]) for key in ("code", "errcode", "error_code", "errorCode") if isinstance(body.get(key), int | str)
    ]
    return any(name and not SUCCESSES.fullmatch(name) for name in named) and not SUCCESSES.fullmatch(_words(body))


def status_in(words: ErrorWords) -> int:
    """The status of an error that a success names inside, or 0."""
    return _status(words.status) or _status(words.code)


def _status(number: Any) -> int:
    return int(number) if isinstance(number, int | str) and re.fullmatch("[45][0-9]{2}", str(number)) else 0


def _inner(body: dict[str, Any]) -> dict[str, Any]:
    """The part of a body that tells the error."""
    error, message = _first(body, *ERRORS), body.get("message")
    if isinstance(error, dict):
        return _inner(error)
    if (quoted := _quoted(message)) is not None:
        return _inner({**body, "message": None, **quoted})
    if isinstance(message, dict):
        return _message_inside(body, message)
    for key in ("detail", "fault", "json"):
        inner = body.get(key)
        if isinstance(inner, dict) and inner and not _words(body):
            return _inner(inner)
    if isinstance(error, str | list) and error and not _first(body, *SENTENCES, *LISTS):
        # NestJS and Spring name the status in words there, and say what is wrong beside it.
        return {**body, "message": error}
    return body


def _quoted(message: Any) -> dict[str, Any] | None:
    """The error that a proxy was told, where it passes that on as a text."""
    if not isinstance(message, str) or not message.endswith(("}", "]")):
        return None
    quoted = _loosely(message)
    if isinstance(quoted, list):
        quoted = {"errors": [item for item in quoted if isinstance(item, dict)]}
    return quoted if isinstance(quoted, dict) and _first(quoted, *SENTENCES, *LISTS, *ERRORS) is not None else None


def _message_inside(body: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """The same of a body whose message is an object."""
    if isinstance(message.get("value"), str) and "lang" in message:
        # OData
        return {**body, "message": message["value"]}
    if _first(message, *SENTENCES, *LISTS) is not None:
        return _inner({**body, "message": None, **message})
    return {**body, "message": None, "errors": message}


def _sentence(inner: dict[str, Any], problems: list[_Problem]) -> str:
    if problems:
        lines = [f"{problem.field}: {problem.text}" if problem.field else problem.text for problem in problems]
        return "; ".join(dict.fromkeys(lines))
    sentence, details = _words(inner), inner.get("details")
    if isinstance(details, str) and details and details not in sentence:
        return f"{sentence}: {details}" if sentence else details
    nested = inner.get("innererror")
    return sentence or (_words(nested) if isinstance(nested, dict) else "")


def _problems_of(inner: dict[str, Any]) -> Iterator[_Problem]:
    """What is wrong, one by one, where the error lists it."""
    embedded = inner.get("_embedded")
    listed = _first({**inner, "validation": _validation(inner)}, *LISTS)
    if listed is None:
        listed = next((inner[key] for key in ("detail", "message") if isinstance(inner.get(key), list)), None)
    if listed is None and isinstance(embedded, dict):
        listed = _first(embedded, *LISTS)
    if listed is None:
        listed = _detailed(inner)
    if listed is None and inner and not _first(inner, *SENTENCES, "error") and all(map(_is_listing, inner.values())):
        # Django REST and Rails answer with nothing but the fields, each with its problems.
        listed = inner
    yield from _problems(listed, "")


def _validation(inner: dict[str, Any]) -> Any:
    """What celebrate lists by the parts of a request; hapi only names the keys that its message is about."""
    found = inner.get("validation")
    return None if isinstance(found, dict) and "keys" in found else found


def _checked_key(inner: dict[str, Any]) -> Any:
    found = inner.get("validation")
    keys = found.get("keys") if isinstance(found, dict) else None
    return keys[0] if isinstance(keys, list) and keys else None


def _detailed(inner: dict[str, Any]) -> Any:
    """What the details name a field for; of others the sentence says more."""
    details = inner.get("details")
    if isinstance(details, dict):
        return _first(details, *LISTS)
    if not isinstance(details, list):
        return inner["fields"] if isinstance(inner.get("fields"), dict) else None
    items = [item for item in details if isinstance(item, dict)]
    return [
        _first(item, *LISTS) or item for item in items if _first(item, *LISTS) or (_words(item) and _place(item))
    ] or (None if _words(inner) else items)


def _is_listing(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and all(isinstance(item, str | dict) for item in value))


def _problems(listed: Any, field: str) -> Iterator[_Problem]:
    if isinstance(listed, str) and listed:
        yield _Problem(listed, field)
    elif isinstance(listed, list):
        for item in listed:
            yield from _problems(item, field)
    elif isinstance(listed, dict) and isinstance(listed.get("constraints"), dict):
        # class-validator
        place = ".".join(filter(None, (field, _place(listed))))
        yield from _problems(list(listed["constraints"].values()), place)
        yield from _problems(listed.get("children"), place)
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
