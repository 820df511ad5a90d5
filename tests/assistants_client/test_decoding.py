"""What is read out of a refusal, in all the shapes that servers give it."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants_client import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    UnprocessableEntityError,
)
from assistants_client.decoding import MAX_RETRY_AFTER, MESSAGE_CHARACTERS, ReceivedResponse, retry_after, status_error

quick = settings(max_examples=100, deadline=None)


def error_of(status: int, body: Any = None, *, secrets: tuple[str, ...] = (), **headers: str) -> APIStatusError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return status_error(ReceivedResponse(status, fields, data), secrets=secrets)


@pytest.mark.parametrize(
    ("body", "message", "code", "param", "kind"),
    [
        (
            {"error": {"message": "Too big.", "type": "invalid_request_error", "param": "temperature", "code": "x"}},
            ("Too big."),
            "x",
            "temperature",
            "invalid_request_error",
        ),
        ({"error": {"message": "No.", "type": "t", "param": None, "code": None}}, "No.", None, None, "t"),
        ({"error": {"message": "No.", "code": 404, "type": "None", "param": "None"}}, "No.", "404", None, None),
        ({"error": "just text"}, "just text", None, None, None),
        ({"message": "Not here"}, "Not here", None, None, None),
        ({"statusCode": 401, "message": "Access denied"}, "Access denied", None, None, None),
        ({"detail": "Not Found"}, "Not Found", None, None, None),
        (
            {"detail": [{"loc": ["body", "tools", 0, "type"], "msg": "field required", "type": "missing"}]},
            "tools.0.type: field required",
            "missing",
            "tools.0.type",
            None,
        ),
    ],
)
def test_it_reads_every_envelope(
    body: Any, message: str, code: str | None, param: str | None, kind: str | None
) -> None:
    error = error_of(400, body)
    assert (error.message, error.code, error.param, error.type) == (message, code, param, kind)


@pytest.mark.parametrize("body", [b"", b"\xff", [], None, {}, {"error": None}, {"error": []}, {"detail": []}])
def test_without_words_it_says_the_status(body: Any) -> None:
    assert error_of(502, body).message == "The server answered with status 502 and no reason."


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (302, RedirectError, Outcome.UNKNOWN),
        (304, APIStatusError, Outcome.UNKNOWN),
        (400, BadRequestError, Outcome.REFUSED),
        (401, AuthenticationError, Outcome.REFUSED),
        (403, PermissionDeniedError, Outcome.REFUSED),
        (404, NotFoundError, Outcome.REFUSED),
        (408, APIStatusError, Outcome.UNKNOWN),
        (409, ConflictError, Outcome.REFUSED),
        (412, ConflictError, Outcome.REFUSED),
        (413, APIStatusError, Outcome.REFUSED),
        (422, UnprocessableEntityError, Outcome.REFUSED),
        (425, APIStatusError, Outcome.UNKNOWN),
        (429, RateLimitError, Outcome.REFUSED),
        (500, InternalServerError, Outcome.UNKNOWN),
        (501, InternalServerError, Outcome.REFUSED),
        (503, InternalServerError, Outcome.UNKNOWN),
    ],
)
def test_each_status_has_its_class_and_its_outcome(status: int, kind: type[APIStatusError], outcome: Outcome) -> None:
    error = error_of(status, x_request_id="req_1")
    assert type(error) is kind
    assert (error.outcome, error.status_code, error.request_id) == (outcome, status, "req_1")


def test_a_message_is_made_safe_to_show() -> None:
    assert error_of(400, {"error": {"message": "a\x00b\x1b[31m\u202ec"}}).message == "a\u2400b\ufffd[31m\ufffdc"
    assert len(error_of(400, {"error": {"message": "x" * 10_000}}).message) == MESSAGE_CHARACTERS + 1
    assert error_of(401, {"error": {"message": "Key sk-1234567 is bad"}}, secrets=("sk-1234567",)).message == (
        "Key … is bad"
    )
    assert error_of(400, {"error": {"message": "m", "param": "sk-1234567"}}, secrets=("sk-1234567",)).param == "…"


def test_an_error_survives_being_pickled() -> None:
    error = error_of(302, b"", Location="https://login.test/?next=1")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, RedirectError)
    assert (copy.target, copy.message, copy.outcome) == ("https://login.test/", error.message, error.outcome)


NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "86400"}, MAX_RETRY_AFTER),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, None),
        ({"retry-after": "Sat, 21 Nov 99999999 12:00:00 GMT"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_a_pause_is_read_as_seconds_milliseconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx.Headers(headers), now=NOW) == seconds


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "detail", "code", "param", "type", "loc", "msg"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@quick
@given(
    st.integers(300, 599),
    shapes.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=50),
    st.dictionaries(
        st.sampled_from(["retry-after", "retry-after-ms", "location", "x-should-retry", "x-request-id"]), header_text
    ),
)
def test_no_refusal_is_beyond_reading(status: int, body: bytes, headers: dict[str, str]) -> None:
    fields = httpx.Headers([(name.encode(), value.encode("latin-1")) for name, value in headers.items()])
    error = status_error(ReceivedResponse(status, fields, body))
    assert error.message
    assert error.status_code == status
    assert error.retry_after is None or 0 <= error.retry_after <= MAX_RETRY_AFTER
    assert all(word is None or isinstance(word, str) for word in (error.code, error.param, error.type))
