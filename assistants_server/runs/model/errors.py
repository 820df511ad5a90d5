"""Failures of a model server in a run's own terms."""

from __future__ import annotations

import re

from django.utils.translation import gettext_noop

from assistants_client.errors import APIError, APIResponseValidationError, APITimeoutError
from assistants_server.runs.model import ModelError
from dashboard.audit.record.redaction import without_secrets
from dashboard.lib.stored_texts import register

TOO_LONG = re.compile(r"context.?(length|window|size)|maximum.*tokens|too many tokens|too long", re.IGNORECASE)
# What a server repeats of a request may be a key of any shape, behind the name of one.
# What follows such a name without a colon is a key only if it holds a digit: a token budget is none.
NAME = r"(?<![a-z_-])(?:[a-z_-]{0,40}(?:token|api[_ -]?key|secret|password)|authorization|bearer)\b"
NAMED_SECRET = re.compile(
    rf"""({NAME}["']?\s?[:=]\s?["']?(?:(?:bearer|basic)\s)?|{NAME}\s["']?(?=[^\s"',;&\d]{{0,500}}\d))[^\s"',;&]{{4,}}""",
    re.IGNORECASE,
)
MOST_CHARACTERS = 2_000
HIDDEN = "[hidden]"
BUSY = gettext_noop("Rate limit reached at the model server. Please try again later.")
FILTERED = gettext_noop("The model server refused the conversation because of its content.")
TOO_LONG_FOR_IT = gettext_noop("The conversation is longer than the model can read.")
REFUSED = gettext_noop("The model server refused the request (status %(status)d).")
register(REFUSED)


def masked(text: str) -> str:
    """Words of a server without what looks like a key; the one that it was sent is taken out of them by the client."""
    return NAMED_SECRET.sub(rf"\1{HIDDEN}", str(without_secrets(text[:MOST_CHARACTERS])))


def model_error(error: APIError) -> ModelError:
    """The failure for the client of the run; the server's words go to the log, for they may name addresses."""
    status = error.status_code
    detail = f"{type(error).__name__} {status or ''} {error.code or ''}: {error.message}"
    if status is not None:
        return said_error(error.code, error.message, status=status, retry_after=error.retry_after, detail=detail)
    if isinstance(error, APITimeoutError):
        # Not asked again: a server that is too slow is not helped by the same question once more.
        return ModelError(gettext_noop("The model server took too long to answer."), detail=detail)
    if isinstance(error, APIResponseValidationError):
        return ModelError(gettext_noop("The model server gave an answer that cannot be read."), detail=detail)
    message = gettext_noop("The model server could not be reached, or broke off its answer.")
    return ModelError(message, detail=detail, is_passing=True)


def said_error(
    code: str | None, message: str, *, status: int, retry_after: float | None = None, detail: str = ""
) -> ModelError:
    """The failure that a server told by a status, or in the middle of an answer, where ``status`` is 200."""
    detail = detail or f"{code}: {message}"[:500]
    if code == "insufficient_quota":
        return ModelError(masked(message), code="rate_limit_exceeded", detail=detail)
    if status == 429 or code == "rate_limit_exceeded":
        return ModelError(BUSY, code="rate_limit_exceeded", detail=detail, is_passing=True, retry_after=retry_after)
    if code == "context_length_exceeded" or (status in (400, 413, 422) and TOO_LONG.search(message)):
        return ModelError(TOO_LONG_FOR_IT, code="invalid_prompt", detail=detail, is_too_long=True)
    if code in ("content_filter", "invalid_prompt"):
        return ModelError(FILTERED, code="invalid_prompt", detail=detail)
    if status == 200:
        return ModelError(gettext_noop("The model server reported an error."), detail=detail, is_passing=True)
    if status >= 500:
        is_passing = status in (500, 502, 503, 504, 529)
        return ModelError(gettext_noop("The model server failed to answer."), detail=detail, is_passing=is_passing)
    return ModelError(REFUSED % {"status": status}, detail=detail)
