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
    RedirectError,
)

DESK = {"id": "asst_1", "object": "assistant", "created_at": 5, "model": "gpt-4o", "name": "Desk"}


def client(status: int, body: Any, *, charset: str = "utf-8") -> Client:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    sent = {"content": body, "headers": headers} if isinstance(body, bytes) else {"json": body}
    transport = httpx.MockTransport(lambda request: httpx.Response(status, **sent))
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
            "upstream failed",
        ),
        (200, {"error": "no such route"}, APIResponseValidationError, "no such route"),
    ],
)
def test_the_words_of_an_error_are_heard(status: int, body: Any, kind: type[APIError], message: str) -> None:
    with client(status, body) as server, pytest.raises(kind) as error:
        server.assistants.update("asst_1", name="x")
    assert error.value.message == message


TOO_LONG = "must be shorter than 40 characters"
FRAMEWORKS: dict[str, tuple[int, Any, str]] = {
    "FastAPI, two fields": (
        422,
        {"detail": [{"loc": ["body", "name"], "msg": TOO_LONG}, {"loc": ["body", "model"], "msg": "is odd"}]},
        f"name: {TOO_LONG}; model: is odd",
    ),
    "FastAPI, an object": (400, {"detail": {"error": "name is odd"}}, "name is odd"),
    "Spring, fields": (
        400,
        {
            "error": "Bad Request",
            "message": "Error count: 1",
            "errors": [{"field": "name", "defaultMessage": TOO_LONG}],
        },
        f"name: {TOO_LONG}",
    ),
    "Django REST": (400, {"name": [TOO_LONG], "non_field_errors": ["No."]}, f"name: {TOO_LONG}; No."),
    "Django REST, nested": (400, {"tools": [{}, {"type": ["is odd"]}]}, "tools.type: is odd"),
    "Rails": (422, {"errors": {"name": [TOO_LONG], "base": ["No."]}}, f"name: {TOO_LONG}; No."),
    "Rails, sentences": (422, {"errors": ["Name is odd", "Model is odd"]}, "Name is odd; Model is odd"),
    "Rails, by status": (422, {"status": 422, "error": "Unprocessable Content"}, "Unprocessable Content"),
    "ASP.NET": (
        400,
        {"title": "One or more validation errors occurred.", "status": 400, "errors": {"$.name": [TOO_LONG]}},
        f"name: {TOO_LONG}",
    ),
    "problem details": (
        400,
        {"title": "Invalid.", "invalid-params": [{"name": "top_p", "reason": "is too large"}]},
        "top_p: is too large",
    ),
    "JSON:API": (
        422,
        {"errors": [{"detail": TOO_LONG, "source": {"pointer": "/data/attributes/name"}}]},
        f"name: {TOO_LONG}",
    ),
    "express-validator": (
        400,
        {"errors": [{"type": "field", "msg": TOO_LONG, "path": "name", "location": "body"}]},
        f"name: {TOO_LONG}",
    ),
    "celebrate": (
        400,
        {"error": "Bad Request", "message": "Validation failed", "validation": {"body": {"message": "name is odd"}}},
        "name is odd",
    ),
    "zod": (
        400,
        {"success": False, "error": {"name": "ZodError", "issues": [{"path": ["name"], "message": TOO_LONG}]}},
        f"name: {TOO_LONG}",
    ),
    "zod, flattened": (400, {"error": {"formErrors": [], "fieldErrors": {"name": [TOO_LONG]}}}, f"name: {TOO_LONG}"),
    "NestJS, a message that is an object": (400, {"message": {"name": [TOO_LONG]}}, f"name: {TOO_LONG}"),
    "gRPC gateway": (400, {"code": 3, "message": "name is odd", "details": []}, "name is odd"),
    "gRPC gateway, streamed": (400, [{"error": {"code": 400, "message": "name is odd"}}], "name is odd"),
    "LiteLLM": (
        400,
        {"error": {"message": "litellm.BadRequestError: odd", "code": "400"}},
        "litellm.BadRequestError: odd",
    ),
    "Ollama": (404, {"error": "model 'llama9' not found"}, "model 'llama9' not found"),
    "vLLM": (400, {"object": "error", "message": "odd", "type": "BadRequestError", "code": 400}, "odd"),
    "TGI": (422, {"error": "Input validation error", "error_type": "validation"}, "Input validation error"),
    "OAuth": (401, {"error": "invalid_token", "error_description": "The token expired"}, "The token expired"),
    "Cloudflare": (403, {"success": False, "errors": [{"code": 10000, "message": "No."}], "result": None}, "No."),
    "Apigee": (401, {"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "x"}}}, "Invalid ApiKey"),
    "AWS": (400, {"__type": "ValidationException", "Message": "name is odd"}, "name is odd"),
    "AWS Lambda": (502, {"errorMessage": "Task timed out", "errorType": "Timeout"}, "Task timed out"),
    "Laravel": (422, {"message": "(and 1 more error)", "errors": {"name": [TOO_LONG]}}, f"name: {TOO_LONG}"),
    "GraphQL": (400, {"errors": [{"message": "odd", "path": ["assistant"]}], "data": None}, "assistant: odd"),
    "a text": (400, "name is odd", "name is odd"),
    "Go, a plain line": (400, b"name is odd\n", "name is odd"),
    "Envoy": (503, b"upstream connect error or disconnect", "upstream connect error or disconnect"),
    "nginx": (502, b"<html><title>502</title></html>", "status 502 and a web page, which something in between"),
    "Express": (500, b"<!DOCTYPE html><pre>Error: secret</pre>", "status 500 and a web page"),
    "an error in a 200": (200, {"code": 401, "msg": "No key", "data": None}, "No key"),
    "a failure in a 200": (200, {"success": False, "message": "No quota"}, "No quota"),
    "an error beside an empty list": (200, {"object": "list", "data": [], "error": "No quota"}, "No quota"),
    "errors in a 200": (200, {"errors": [{"message": "No quota"}], "data": None}, "No quota"),
    "Django REST, standardized": (
        400,
        {"type": "validation_error", "errors": [{"code": "max_length", "detail": TOO_LONG, "attr": "name"}]},
        f"name: {TOO_LONG}",
    ),
    "Go, a validator": (400, {"errors": [{"Field": "Name", "Message": TOO_LONG}]}, f"Name: {TOO_LONG}"),
    "Google": (
        400,
        {"error": {"message": "Invalid", "details": [{"fieldViolations": [{"field": "name", "description": "odd"}]}]}},
        "name: odd",
    ),
    "Google, a reason": (
        400,
        {"error": {"message": "The key is not valid.", "details": [{"reason": "API_KEY_INVALID", "domain": "x"}]}},
        "The key is not valid.",
    ),
    "Azure, details": (
        400,
        {"error": {"message": "Several errors", "details": [{"target": "name", "message": TOO_LONG}]}},
        f"name: {TOO_LONG}",
    ),
    "Azure, an inner error": (
        400,
        {"error": {"code": "BadRequest", "innererror": {"message": "name is odd"}}},
        "name is odd",
    ),
    "OData": (400, {"odata.error": {"code": "X", "message": {"lang": "en", "value": "name is odd"}}}, "name is odd"),
    "Micronaut": (
        400,
        {"message": "Bad Request", "_embedded": {"errors": [{"message": "name is odd"}]}},
        "name is odd",
    ),
    "hapi": (
        400,
        {"error": "Bad Request", "message": "name is odd", "validation": {"source": "payload", "keys": ["name"]}},
        "name is odd",
    ),
    "NestJS, a message in a message": (
        400,
        {"message": {"message": ["name is odd"], "error": "Bad Request"}},
        "name is odd",
    ),
    "class-validator": (
        400,
        {"message": [{"property": "tools", "children": [{"property": "type", "constraints": {"isIn": "is odd"}}]}]},
        "type: is odd",
    ),
    "Strapi": (
        400,
        {"error": {"message": "2 errors occurred", "details": {"errors": [{"path": ["name"], "message": TOO_LONG}]}}},
        f"name: {TOO_LONG}",
    ),
    "PostgREST": (400, {"code": "P", "details": "it is odd", "hint": None, "message": "No name"}, "No name: it is odd"),
    "tRPC": (400, {"error": {"message": '[{"path": ["name"], "message": "is odd"}]', "code": -32600}}, "name: is odd"),
    "a proxy that quotes": (400, {"error": {"message": '{"error": {"message": "name is odd"}}'}}, "name is odd"),
    "a message in brackets": (400, {"message": "[name] is odd"}, "[name] is odd"),
    "an error with a capital": (400, {"Error": {"Message": "name is odd"}}, "name is odd"),
    "JSON-RPC in a 200": (
        200,
        {"jsonrpc": "2.0", "error": {"code": -32000, "message": "No quota"}, "id": 1},
        "No quota",
    ),
    "a failed status in a 200": (200, {"status": "fail", "message": "No quota"}, "No quota"),
    "a false status in a 200": (200, {"status": False, "message": "No quota"}, "No quota"),
    "a code in a 200": (200, {"errcode": 40001, "errmsg": "No quota"}, "No quota"),
    "a code of letters in a 200": (200, {"code": "InvalidParameter", "message": "name is odd"}, "name is odd"),
    "Latin-1": (400, '{"error": {"message": "zu lang für"}}'.encode("latin-1"), "zu lang für"),
    "UTF-16": (400, '{"error": {"message": "für"}}'.encode("utf-16"), "für"),
    "NaN beside it": (400, b'{"error": {"message": "odd", "x": NaN}}', "odd"),
    "the same key twice": (400, b'{"detail": "odd", "code": 1, "code": 2}', "odd"),
    "something behind it": (400, b'{"error": {"message": "odd"}}\n{"more": 1}', "odd"),
    "an event": (400, b'event: error\ndata: {"error": {"message": "odd"}}\n\n', "odd"),
    "vLLM in a 200": (200, {"object": "error", "message": "odd", "code": 404}, "odd"),
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_words_of_each_framework_are_heard(framework: str) -> None:
    status, body, message = FRAMEWORKS[framework]
    charset = "iso-8859-1" if framework == "Latin-1" else "utf-8"
    with client(status, body, charset=charset) as server, pytest.raises(APIError) as error:
        server.assistants.list()
    assert message in error.value.message
    assert "secret" not in error.value.message


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Deleted"},
        {"code": 0, "message": "ok"},
        {"code": 1, "msg": "success"},
        {"status": True},
        {"code": 200},
    ],
)
def test_a_deletion_that_is_answered_in_other_words_is_no_error(body: Any) -> None:
    with client(200, body) as server:
        server.assistants.delete("asst_1")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://login.example.com/v1/?token=secret", "https://login.example.com/v1/"),
        ("https://me:secret@example.com/v1", "https://example.com/v1"),
        ("/v2/assistants#secret", "/v2/assistants"),
        ("http://exa mple:x/", None),
        ("", None),
    ],
)
def test_where_a_redirect_leads_is_named_without_what_is_secret(location: str, target: str | None) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(307, headers={"Location": location}))
    with Client(base_url="http://server.test/v1", transport=transport) as server, pytest.raises(RedirectError) as error:
        server.assistants.list()
    assert error.value.target == target
    assert (target or "to another address.") in error.value.message
    assert "secret" not in error.value.message


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
        ({"items": [DESK], "total": 1, "tags": ["a"]}, ["asst_1"], 0),
        ({"assistants": [DESK], "page": 1}, ["asst_1"], 0),
    ],
)
def test_odd_lists_are_read(body: Any, ids: list[str], repeated: int) -> None:
    with client(200, body) as server:
        page = server.assistants.list()
    assert [item.id for item in page.data] == ids
    assert len(page.repeated) == repeated


@pytest.mark.parametrize(
    ("sent", "has_more", "may_have_more"),
    [
        *((sent, True, True) for sent in (True, "true", 1, "True")),
        *((sent, False, True) for sent in (None, "?")),
        *((sent, False, False) for sent in (False, "false", 0)),
    ],
)
def test_whether_there_is_more_is_understood_in_other_types(sent: Any, has_more: bool, may_have_more: bool) -> None:
    with client(200, {"data": [DESK], "has_more": sent}) as server:
        page = server.assistants.list()
    assert (page.has_more, page.may_have_more) == (has_more, may_have_more)


@pytest.mark.parametrize("body", [{"items": [DESK], "more": [DESK]}, {"items": []}, {"items": ["asst_1"]}, {}])
def test_what_may_be_another_list_is_none(body: Any) -> None:
    with client(200, body) as server, pytest.raises(APIResponseValidationError, match="holds no list"):
        server.assistants.list()


def test_an_object_with_a_number_for_its_id_and_a_shorter_name_for_its_time_is_read() -> None:
    old = {key: value for key, value in DESK.items() if key != "created_at"} | {"id": 7, "created": 1_720_000_000}
    with client(200, old) as server:
        found = server.assistants.retrieve("7")
    assert (found.id, found.created_at) == ("7", 1_720_000_000)
