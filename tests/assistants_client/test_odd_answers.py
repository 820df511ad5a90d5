"""Errors and lists in the shapes of real frameworks: what they say is heard, and what they hold is read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import (
    APIError,
    APIResponseValidationError,
    AuthenticationError,
    BadRequestError,
    Client,
    NotFoundError,
    RateLimitError,
)

DESK = {"id": "asst_1", "object": "assistant", "created_at": 5, "model": "gpt-4o", "name": "Desk"}


def client(status: int, body: Any) -> Client:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=body))
    return Client(base_url="http://server.test/v1", api_key="sk-1", transport=transport)


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        # NestJS
        (
            400,
            {"statusCode": 400, "message": ["name must be shorter than 40", "model is odd"], "error": "Bad Request"},
            BadRequestError,
            "name must be shorter than 40; model is odd",
        ),
        (400, {"statusCode": 400, "message": "No.", "error": "Bad Request"}, BadRequestError, "No."),
        (
            400,
            {"error": {"message": ["name is too long"], "type": "x"}},
            BadRequestError,
            "name is too long",
        ),
        # Spring
        (
            400,
            {"timestamp": "2026", "status": 400, "error": "Bad Request", "message": "JSON parse error", "path": "/v1"},
            BadRequestError,
            "JSON parse error",
        ),
        (400, {"message": [{"defaultMessage": "must not be blank"}]}, BadRequestError, "must not be blank"),
        # FastAPI
        (
            400,
            {
                "detail": [
                    {"type": "extra_forbidden", "loc": ["query", "order"], "msg": "Extra inputs are not permitted"}
                ]
            },
            BadRequestError,
            "query.order: Extra inputs are not permitted",
        ),
        (404, {"detail": "Not Found"}, NotFoundError, "Not Found"),
        # Flask, Express, problem details
        (400, {"error": "name is odd"}, BadRequestError, "name is odd"),
        (400, {"title": "name is odd", "status": 400}, BadRequestError, "name is odd"),
        (400, {"type": "about:blank", "title": "Bad", "detail": "name is odd"}, BadRequestError, "name is odd"),
        # An error inside of a success
        (200, {"error": {"message": "No API key found", "code": 401}}, AuthenticationError, "No API key found"),
        (200, {"error": {"message": "Slow down", "code": "429"}}, RateLimitError, "Slow down"),
        (
            200,
            {"error": {"message": "upstream failed", "code": "bad"}},
            APIResponseValidationError,
            "The server sent an error: upstream failed",
        ),
        (200, {"error": "no such route"}, APIResponseValidationError, "The server sent an error: no such route"),
    ],
)
def test_the_words_of_an_error_are_heard(status: int, body: Any, kind: type[APIError], message: str) -> None:
    with client(status, body) as server, pytest.raises(kind) as error:
        server.assistants.update("asst_1", name="x")
    assert error.value.message == message


@pytest.mark.parametrize(
    ("body", "ids", "repeated"),
    [
        ([DESK], ["asst_1"], 0),
        ([], [], 0),
        ({"object": "list", "data": None}, [], 0),
        ({"data": [DESK], "error": None}, ["asst_1"], 0),
        ({"data": [DESK, DESK]}, ["asst_1"], 1),
        ({"data": [DESK, DESK | {"id": "asst_2"}, DESK, DESK]}, ["asst_1", "asst_2"], 1),
        ({"data": [DESK | {"id": 7}, DESK | {"id": "7"}]}, ["7"], 1),
        ({"data": [DESK | {"id": 7}]}, ["7"], 0),
        ({"data": [DESK | {"id": 0}, DESK | {"id": True}]}, ["0"], 0),
        ([DESK | {"id": 1}, DESK | {"id": 2}], ["1", "2"], 0),
    ],
)
def test_odd_lists_are_read(body: Any, ids: list[str], repeated: int) -> None:
    with client(200, body) as server:
        page = server.assistants.list()
    assert [item.id for item in page.data] == ids
    assert len(page.repeated) == repeated


def test_an_object_with_a_number_for_its_id_and_a_shorter_name_for_its_time_is_read() -> None:
    old = {key: value for key, value in DESK.items() if key != "created_at"} | {"id": 7, "created": 1_720_000_000}
    with client(200, old) as server:
        found = server.assistants.retrieve("7")
    assert (found.id, found.created_at) == ("7", 1_720_000_000)
