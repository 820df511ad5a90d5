"""What an answer means: the result it holds, or the error it is."""

from __future__ import annotations

import dataclasses
import email.utils
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from . import error_words, strict_json
from .call import Call, Repeat
from .errors import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    NotFoundError,
    Reason,
    RedirectError,
    class_for,
    outcome_for,
)

T = TypeVar("T")

ERROR_BYTES = 64 * 1024
MESSAGE_CHARACTERS = 2000
MAX_RETRY_AFTER = 120.0

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class ReceivedResponse:
    """A complete answer, unpacked, before anything is made of it."""

    status_code: int
    headers: httpx.Headers
    body: bytes

    @property
    def request_id(self) -> str | None:
        return request_id(self.headers)


def request_id(headers: httpx.Headers) -> str | None:
    """The server's own name for the request, for its support desk."""
    named = (headers.get(name) for name in ("x-request-id", "apim-request-id", "x-ms-request-id"))
    return next((str(value) for value in named if value), None)


def result_of(call: Call[T], answer: ReceivedResponse, *, secrets: Iterable[str] = ()) -> T:
    """The result in an answer. Raises the APIError that the answer is, when it holds none."""
    if not 200 <= answer.status_code < 300:
        error = status_error(answer, secrets=secrets)
        if isinstance(error, NotFoundError):
            # A list has no object that could be gone.
            is_list = call.method == "GET" and call.path.count("/") == 1
            error.is_route = error.is_route or is_list or "Invalid URL (" in error.message
        raise error
    try:
        decoded = answer.body if call.binary else _decoded(call, answer)
        if not call.binary and error_words.is_error(decoded):
            raise _error_in_success(answer, decoded, secrets=secrets)
        result = call.parse(decoded)
    except APIResponseValidationError as error:
        error.status_code = answer.status_code
        error.request_id = answer.request_id
        raise
    etag = answer.headers.get("etag")
    if etag is not None and hasattr(result, "etag"):
        result.etag = etag
    return result


def _decoded(call: Call[Any], answer: ReceivedResponse) -> Any:
    if not answer.body and call.repeat is Repeat.DELETION:
        return None
    if "html" in answer.headers.get("content-type", ""):
        raise APIResponseValidationError(
            "The server sent a web page instead of an answer. Its address may be wrong, or something in between"
            " asks for a sign-in.",
            reason=Reason.CONTENT_TYPE,
        )
    try:
        return strict_json.decode(answer.body)
    except strict_json.UnreadableJSONError as error:
        if not ("content-length" in answer.headers or "transfer-encoding" in answer.headers):
            # Only the end of the connection ended this body, so it may well have been cut short.
            raise APIConnectionError("The server's answer broke off.", reason=Reason.TRUNCATED) from None
        raise APIResponseValidationError(
            f"The server sent an answer that cannot be read safely: {error}.", reason=Reason.JSON
        ) from None


def _error_in_success(
    answer: ReceivedResponse, body: Any, *, secrets: Iterable[str]
) -> APIResponseValidationError | APIStatusError:
    """The error as what it says: of the status that it names, else as an answer that is none, in its words."""
    words = error_words.in_json(body)
    if status := error_words.status_in(words):
        return status_error(dataclasses.replace(answer, status_code=status), secrets=secrets)
    message = _presentable(words.message, secrets) or "The server sent an error and no reason."
    error = APIResponseValidationError(message, reason=Reason.SHAPE)
    error.is_said = True
    return error


def status_error(answer: ReceivedResponse, *, secrets: Iterable[str] = ()) -> APIStatusError:
    """The error for a status that is not success, with the server's own words where they can be read."""
    status = answer.status_code
    words = error_words.words_of(answer.body, content_type=answer.headers.get("content-type", ""))
    instead = "a web page, which something in between may have sent" if words.is_page else "no reason"
    error = class_for(status)(
        _presentable(words.message, secrets) or f"The server answered with status {status} and {instead}.",
        reason=Reason.REDIRECT if 300 <= status < 400 else Reason.STATUS,
        outcome=outcome_for(status),
        status_code=status,
        code=_word(words.code, secrets),
        param=_word(words.param, secrets),
        type=_word(words.type, secrets),
        request_id=answer.request_id,
        retry_after=retry_after(answer.headers),
    )
    error.should_retry = {"true": True, "false": False}.get(answer.headers.get("x-should-retry", ""))
    if isinstance(error, NotFoundError):
        # What answers with a page, or with Go's line for it, knows nothing of assistants.
        error.is_route = words.is_page or words.message == "404 page not found"
    if isinstance(error, RedirectError):
        error.target = _target(answer.headers.get("location", ""))
        error.message = "The server redirected us to another address" + (f" ({error.target})" if error.target else "")
        error.message += ". It was not followed."
        error.args = (error.message,)
    return error


def _presentable(message: Any, secrets: Iterable[str]) -> str:
    if not isinstance(message, str):
        return ""
    shown = _CONTROL.sub("\ufffd", message).strip()
    for secret in secrets:
        shown = shown.replace(secret, "…")
    return shown if len(shown) <= MESSAGE_CHARACTERS else shown[:MESSAGE_CHARACTERS] + "…"


def _word(value: Any, secrets: Iterable[str]) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    # LiteLLM sends Python's None as text.
    return _presentable(value, secrets) or None if value != "None" else None


def _target(location: str) -> str | None:
    """Where a redirect leads, without what may be secret in it."""
    try:
        url = httpx.URL(location).copy_with(query=None, fragment=None, username=None, password=None)
    except httpx.InvalidURL:
        return None
    return _CONTROL.sub("\ufffd", str(url))[:200] or None


def retry_after(headers: httpx.Headers, *, now: datetime | None = None) -> float | None:
    """The pause the server asks for, in seconds from 0 to 120; None when it asks for none that makes sense."""
    milliseconds = _nonnegative(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(milliseconds / 1000, MAX_RETRY_AFTER)
    value = headers.get("retry-after")
    seconds = _nonnegative(value)
    if seconds is None and value:
        seconds = _seconds_until(value, now=now or datetime.now(UTC))
    if seconds is None or seconds < 0:
        return None
    return min(seconds, MAX_RETRY_AFTER)


def _seconds_until(date: str, *, now: datetime) -> float | None:
    try:
        moment = email.utils.parsedate_tz(date)
        return None if moment is None else email.utils.mktime_tz(moment) - now.timestamp()
    except (ValueError, OverflowError):
        return None


def _nonnegative(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
