from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def sign_in(browser: Client, *, username: str = "alice", password: str = PASSWORD, **form: str) -> int:
    return browser.post("/login/", {"username": username, "password": password, **form}).status_code


def test_it_works(alice: Person, stranger: Client) -> None:
    response = stranger.post("/login/", {"username": "alice", "password": PASSWORD})

    assert response.status_code == 302
    assert response["Location"] == "/"
    assert stranger.session["_auth_user_id"] == str(alice.user.pk)


def test_it_gives_the_session_a_new_key(alice: Person, stranger: Client) -> None:
    stranger.get("/login/")
    session = stranger.session
    session["seen"] = True
    session.save()
    before = session.session_key

    sign_in(stranger)

    assert stranger.session.session_key != before


def test_it_goes_on_to_the_page_that_was_asked_for(alice: Person, stranger: Client) -> None:
    page = stranger.get("/login/?next=/%3Ftab%3Dsessions").context["next"]

    response = stranger.post("/login/", {"username": "alice", "password": PASSWORD, "next": page})

    assert response["Location"] == "/?tab=sessions"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        r"/\evil.example",
        "javascript:alert(1)",
        "/nowhere/",
        "/logout/",
        "/login/",
        "/v1/assistants",
        "/..//evil.example",
        "/%0d%0aSet-Cookie:x",
        "",
    ],
)
def test_it_goes_nowhere_else(alice: Person, stranger: Client, address: str) -> None:
    response = stranger.post("/login/", {"username": "alice", "password": PASSWORD, "next": address})

    assert response["Location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong")])
def test_it_tells_the_same_of_every_failure(alice: Person, stranger: Client, username: str, password: str) -> None:
    response = stranger.post("/login/", {"username": username, "password": password})

    assert response.status_code == 422
    assert "That username and password do not match." in response.content.decode()
    assert "_auth_user_id" not in stranger.session


def test_it_leads_a_signed_in_person_on(alice: Person) -> None:
    assert alice.get("/login/")["Location"] == "/"


def test_signing_out_ends_the_session(alice: Person) -> None:
    response = alice.post("/logout/")

    assert response["Location"] == "/login/"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in alice.session


def test_signing_out_is_never_a_link(alice: Person) -> None:
    assert alice.get("/logout/").status_code == 405
