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

from . import strict_json
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
            error.is_route = (call.method == "GET" and call.path.count("/") == 1) or "Invalid URL (" in error.message
        raise error
    try:
        decoded = answer.body if call.binary else _decoded(call, answer)
        if isinstance(decoded, dict) and _is_error(decoded):
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


def _is_error(body: dict[str, Any]) -> bool:
    """Whether an answer that calls itself a success holds an error and nothing else, as some gateways send it."""
    return isinstance(body.get("error"), dict | str) and bool(body["error"]) and not {"id", "data"} & body.keys()


def _error_in_success(
    answer: ReceivedResponse, body: dict[str, Any], *, secrets: Iterable[str]
) -> APIResponseValidationError | APIStatusError:
    """The error as what it says: of the status that it names, else as an answer that is none, in its words."""
    error = body["error"]
    named = error.get("status", error.get("code")) if isinstance(error, dict) else None
    code = int(named) if isinstance(named, int | str) and str(named).isdecimal() and len(str(named)) == 3 else 0
    if 400 <= code < 600:
        return status_error(dataclasses.replace(answer, status_code=code), secrets=secrets)
    words = _presentable(_details(answer).get("message"), secrets)
    return APIResponseValidationError(f"The server sent an error: {words or 'it gives no reason'}", reason=Reason.SHAPE)


def status_error(answer: ReceivedResponse, *, secrets: Iterable[str] = ()) -> APIStatusError:
    """The error for a status that is not success, with the server's own words where they can be read."""
    status = answer.status_code
    details = _details(answer)
    error = class_for(status)(
        _presentable(details.get("message"), secrets) or f"The server answered with status {status} and no reason.",
        reason=Reason.REDIRECT if 300 <= status < 400 else Reason.STATUS,
        outcome=outcome_for(status),
        status_code=status,
        code=_word(details.get("code"), secrets),
        param=_word(details.get("param"), secrets),
        type=_word(details.get("type"), secrets),
        request_id=answer.request_id,
        retry_after=retry_after(answer.headers),
    )
    error.should_retry = {"true": True, "false": False}.get(answer.headers.get("x-should-retry", ""))
    if isinstance(error, RedirectError):
        error.host = _host(answer.headers.get("location", ""))
        error.message = "The server redirected us to another address" + (f" ({error.host})" if error.host else "")
        error.message += ". It was not followed."
        error.args = (error.message,)
    return error


def _details(answer: ReceivedResponse) -> dict[str, Any]:
    """The members of the error envelope, from any of the shapes that servers use."""
    try:
        body = strict_json.decode(answer.body)
    except strict_json.UnreadableJSONError:
        return {}
    if not isinstance(body, dict):
        return {}
    inner = body.get("error", body)
    if isinstance(inner, str):
        # NestJS and Spring name the status in words there, and say what is wrong beside it.
        inner = body if body.get("message") else {"message": inner}
    if not isinstance(inner, dict):
        return {}
    if isinstance(inner.get("message"), list):
        inner = inner | {"message": "; ".join(text for item in inner["message"] if (text := _message_of(item)))}
    if "message" in inner or "detail" not in inner:
        return inner if "message" in inner else inner | {"message": inner.get("title")}
    return inner | _validation_details(inner["detail"])


def _message_of(item: Any) -> str:
    """One of several messages: a text, or an object that holds one."""
    if isinstance(item, dict):
        item = item.get("message") or item.get("msg") or item.get("defaultMessage")
    return item if isinstance(item, str) else ""


def _validation_details(detail: Any) -> dict[str, Any]:
    """What a FastAPI server says: a text, or a list of problems, of which the first is taken."""
    if isinstance(detail, str):
        return {"message": detail}
    if not (isinstance(detail, list) and detail and isinstance(detail[0], dict)):
        return {}
    location = detail[0].get("loc")
    names = [str(part) for part in location if part != "body"] if isinstance(location, list) else []
    param, message = ".".join(names), detail[0].get("msg")
    # What is not in the body has no field in a form, so where it stands is said in words.
    is_elsewhere = bool(names) and isinstance(location, list) and location[0] != "body"
    text = f"{param}: {message}" if is_elsewhere else message
    return {"message": text, "param": param or None, "code": detail[0].get("type")}


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


def _host(location: str) -> str | None:
    try:
        return httpx.URL(location).host or None
    except httpx.InvalidURL:
        return None


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
