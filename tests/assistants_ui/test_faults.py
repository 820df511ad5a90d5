"""What a person sees when the server behind the page misbehaves: the truth, and nothing lost."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import Client
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

LIST = "/w/main/assistants/"
NEW = "/w/main/assistants/new/"
SECRET = "sk-a-key-that-nobody-may-see"


def envelope(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **more}}


def dead(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


FAULTS = {
    "no server": (dead, 503, "isn't answering"),
    "wrong key": (
        lambda request: httpx.Response(401, json=envelope("Incorrect API key provided.", code="invalid_api_key")),
        502,
        "refused this workspace's key",
    ),
    "not allowed": (lambda request: httpx.Response(403, json=envelope("No.")), 502, "does not allow this"),
    "too fast": (
        lambda request: httpx.Response(429, json=envelope("Slow down."), headers={"Retry-After": "60"}),
        503,
        "asks us to slow down",
    ),
    "server error": (lambda request: httpx.Response(500, json=envelope("Oops.")), 502, "problem of its own"),
    "a page instead of data": (
        lambda request: httpx.Response(200, html="<html><h1>Log in to the proxy</h1></html>"),
        502,
        "can't read safely",
    ),
    "a redirect": (
        lambda request: httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        502,
        "redirected us to another address (https://elsewhere.example",
    ),
    "an answer to another question": (
        lambda request: httpx.Response(200, json=["not", "a", "list"]),
        502,
        "can't read safely",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_list_tells_what_is_wrong(bob: Person, tap: Tap, fault: str) -> None:
    tap.answer, status, words = FAULTS[fault]
    response = bob.get(LIST)
    assert response.status_code == status
    page = read(response)
    assert words in page.text
    assert "Log in to the proxy" not in page.text
    assert "Traceback" not in response.content.decode()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_list_tells_htmx_in_the_message_region(bob: Person, tap: Tap, fault: str) -> None:
    tap.answer, status, words = FAULTS[fault]
    response = bob.get(LIST, headers={"HX-Request": "true"})
    assert response.status_code == status
    assert response["HX-Retarget"] == "#problem"
    assert b"<html" not in response.content
    assert words in read(response).text


@pytest.mark.parametrize("fault", ["no server", "server error", "a page instead of data"])
def test_the_list_shows_the_last_copy_with_its_age(
    bob: Person, tap: Tap, server: Client, settings: Any, fault: str
) -> None:
    settings.CACHE_SECONDS = 0.0001
    server.assistants.create(model="gpt-4.1-mini", name="Support desk")
    bob.get(LIST)
    tap.answer = FAULTS[fault][0]
    response = bob.get(LIST)
    assert response.status_code == 200
    page = read(response)
    assert "Support desk" in page.links
    assert "isn't answering right now" in page.text
    assert "may be out of date" in page.text


@pytest.mark.parametrize("fault", FAULTS)
def test_a_save_that_fails_loses_no_text(alice: Person, tap: Tap, fault: str) -> None:
    answer, status, _ = FAULTS[fault]
    tap.answer = lambda request: answer(request) if request.method == "POST" else None
    response = alice.post(NEW, typed(instructions="Words that must not be lost."))
    assert response.status_code == status
    assert editor_form(response)["instructions"] == "Words that must not be lost."
    posts = [sent for sent in tap.sent if sent.startswith("POST")]
    assert len(posts) <= 2 if fault in {"no server", "too fast"} else len(posts) == 1


@pytest.mark.parametrize("fault", ["server error", "a page instead of data", "a redirect"])
def test_a_save_without_a_clear_answer_is_never_called_saved_or_refused(alice: Person, tap: Tap, fault: str) -> None:
    answer = FAULTS[fault][0]
    tap.answer = lambda request: answer(request) if request.method == "POST" else None
    page = read(alice.post(NEW, typed()))
    assert "We sent your change but heard no clear answer" in page.text


@pytest.mark.parametrize("fault", FAULTS)
def test_a_save_before_which_nothing_could_be_read_was_not_sent(
    alice: Person, server: Client, tap: Tap, fault: str
) -> None:
    address = f"{LIST}{server.assistants.create(model='gpt-4o', instructions='Be brief.').id}/edit/"
    form = editor_form(alice.get(address)) | {"instructions": "Words that must not be lost."}
    tap.clear()
    tap.answer = FAULTS[fault][0]
    response = alice.post(address, form)
    assert not [sent for sent in tap.sent if sent.startswith("POST")]
    assert "We sent your change" not in read(response).text
    assert "Nothing was changed." in read(response).text
    assert editor_form(response)["instructions"] == "Words that must not be lost."


def test_a_save_that_was_never_sent_says_so(alice: Person, tap: Tap) -> None:
    tap.answer = lambda request: dead(request) if request.method == "POST" else None
    assert "Nothing was changed." in read(alice.post(NEW, typed())).text


@pytest.mark.parametrize(("seconds", "words"), [("1", "in 1 second."), ("0.4", "in 1 second."), ("2", "in 2 seconds.")])
def test_it_says_how_long_to_wait(alice: Person, tap: Tap, seconds: str, words: str) -> None:
    tap.answer = lambda request: httpx.Response(429, json=envelope("Slow down."), headers={"Retry-After": seconds})
    assert f"Try again {words}" in read(alice.post(NEW, typed())).text


def test_the_form_opens_without_a_list_of_models(alice: Person, tap: Tap) -> None:
    tap.answer = lambda request: httpx.Response(404, json=envelope("Invalid URL (GET /v1/models)"))
    assert alice.get(NEW).status_code == 200


@pytest.mark.parametrize("address", ["assistants/../", "assistants/../edit/", "files/../content/", "vector-stores/./"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_id_that_cannot_be_one_is_not_found(alice: Person, tap: Tap, method: str, address: str) -> None:
    assert alice.generic(method.upper(), f"/w/main/{address}").status_code in {404, 405}
    assert tap.requests == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            400,
            {"statusCode": 400, "message": ["Name is too long."], "error": "Bad Request"},
            "It said: Name is too long.",
        ),
        (400, {"error": {"message": ["name is odd"], "param": None}}, "It said: name is odd"),
        (422, {"detail": [{"loc": ["query", "order"], "msg": "Not permitted"}]}, "It said: query.order: Not permitted"),
        (422, {"detail": [{"loc": ["body", "name"], "msg": "too long"}]}, "name: too long"),
        (400, {"name": ["Ensure this is shorter."]}, "name: Ensure this is shorter."),
        (400, {"title": "Validation.", "errors": {"tools": ["are odd"]}}, "tools: are odd"),
        (200, {"error": {"message": "No API key found", "code": 401}}, "refused this workspace's key"),
        (200, {"success": False, "message": "No quota", "code": 429}, "asks us to slow down"),
        (307, {}, "redirected us to another address (https://elsewhere.example/v1/assistants)"),
    ],
)
def test_a_save_that_is_refused_says_what_the_server_said(
    alice: Person, tap: Tap, status: int, body: dict[str, Any], said: str
) -> None:
    location = {"Location": "https://elsewhere.example/v1/assistants"} if status == 307 else {}
    tap.answer = lambda request: (
        httpx.Response(status, json=body, headers=location) if request.method == "POST" else None
    )
    answer = alice.post("/w/main/assistants/new/", typed(name="Returns desk"))
    assert answer.status_code >= 400
    assert said in read(answer).text
