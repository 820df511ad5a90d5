"""The way to the provider and back."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
import responses
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dashboard.accounts.models import Identity
from dashboard.audit.models import Record
from tests.conftest import html
from tests.dashboard.single_sign_on.identity_provider import (
    CLIENT_SECRET,
    ISSUER,
    IdentityProvider,
    come_back,
)
from tests.dashboard.single_sign_on.record import refusals, roles

pytestmark = pytest.mark.django_db


def test_it_works(provider: IdentityProvider, stranger: Client) -> None:
    response = come_back(provider, stranger, next_page="/account/")

    user = User.objects.get()
    assert response["Location"] == "/account/"
    assert stranger.get("/account/").status_code == 200
    assert (user.username, user.first_name, user.email) == ("maria", "Maria Silva", "maria@example.com")
    assert not user.has_usable_password()
    assert roles(user) == set()
    assert list(Record.objects.order_by("seq").values_list("action", flat=True)) == ["member.create", "session.sign_in"]


def test_it_asks_for_what_it_needs_and_proves_itself(provider: IdentityProvider, stranger: Client) -> None:
    address = stranger.get("/sso/")["Location"]

    assert address.startswith(f"{ISSUER}/authorize?response_type=code&client_id=dashboard&")
    assert "redirect_uri=http%3A%2F%2Ftestserver%2Fsso%2Fcallback%2F" in address
    assert "scope=openid+profile+email" in address
    assert "code_challenge_method=S256" in address
    assert CLIENT_SECRET not in address


def test_a_provider_that_wants_the_secret_in_the_form_gets_it(provider: IdentityProvider, stranger: Client) -> None:
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    assert come_back(provider, stranger).status_code == 302


@pytest.mark.parametrize("proxy", ["", "http://proxy.example.com:3128"])
def test_the_provider_is_asked_through_the_proxy_of_the_settings_alone(
    provider: IdentityProvider,
    stranger: Client,
    settings: Settings,
    mock: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
    proxy: str,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://elsewhere.example.com")
    settings.OIDC_PROXY = proxy

    assert come_back(provider, stranger).status_code == 302

    assert mock.calls
    sent: list[Any] = [call.request for call in mock.calls]
    assert {request.req_kwargs["proxies"].get("https", "") for request in sent} == {proxy}


def test_the_sign_in_page_offers_it(provider: IdentityProvider, stranger: Client) -> None:
    page = html(stranger.get("/login/?next=/account/"))

    assert 'href="/sso/?next=/account/"' in page
    assert "Sign in with single sign-on" in page


def test_it_is_off_without_an_issuer(settings: Settings, stranger: Client) -> None:
    settings.OIDC_ISSUER = ""

    assert "single sign-on" not in html(stranger.get("/login/"))
    assert stranger.get("/sso/").status_code == 404
    assert stranger.get("/sso/callback/?state=x&code=y").status_code == 404


def test_a_state_that_was_never_given_is_refused_and_not_worth_a_record(
    provider: IdentityProvider, stranger: Client
) -> None:
    stranger.get("/sso/")

    assert stranger.get("/sso/callback/?code=a-code&state=invented").status_code == 403
    assert not Record.objects.exists()


def test_a_state_of_another_browser_is_refused(provider: IdentityProvider, stranger: Client) -> None:
    query = provider.sign_in(stranger.get("/sso/")["Location"])
    victim = Client()
    victim.get("/sso/")

    assert victim.get(f"/sso/callback/?{query}").status_code == 403
    assert "_auth_user_id" not in victim.session


def test_coming_back_works_once(provider: IdentityProvider, stranger: Client) -> None:
    query = provider.sign_in(stranger.get("/sso/")["Location"])
    stranger.get(f"/sso/callback/?{query}")
    stranger.post("/logout/")

    assert stranger.get(f"/sso/callback/?{query}").status_code == 403


def test_coming_back_after_ten_minutes_is_too_late(provider: IdentityProvider, stranger: Client) -> None:
    query = provider.sign_in(stranger.get("/sso/")["Location"])
    session = stranger.session
    state = next(iter(session["single_sign_on"]))
    session["single_sign_on"] = {state: session["single_sign_on"][state] | {"began": time.time() - 601}}
    session.save()

    assert stranger.get(f"/sso/callback/?{query}").status_code == 403


def test_two_tabs_may_be_on_their_way(provider: IdentityProvider, stranger: Client) -> None:
    first = stranger.get("/sso/")["Location"]
    stranger.get("/sso/")

    assert stranger.get(f"/sso/callback/?{provider.sign_in(first)}").status_code == 302


def test_the_session_remembers_only_a_few(provider: IdentityProvider, stranger: Client) -> None:
    for _ in range(9):
        stranger.get("/sso/")

    assert len(stranger.session["single_sign_on"]) == 5


def test_a_code_of_another_provider_is_not_sent_on(
    provider: IdentityProvider, stranger: Client, mock: responses.RequestsMock
) -> None:
    query = provider.sign_in(stranger.get("/sso/")["Location"])

    assert stranger.get(f"/sso/callback/?{query}&iss=https%3A%2F%2Fevil.example").status_code == 403
    assert refusals() == ["other_issuer"]
    assert not [call for call in mock.calls if str(call.request.url).endswith("/token")]


@pytest.mark.parametrize(
    ("query", "reason"), [("error=access_denied&state=", "provider_refused"), ("state=", "no_code")]
)
def test_a_person_who_was_refused_there_is_told(
    provider: IdentityProvider, stranger: Client, query: str, reason: str
) -> None:
    state = provider.sign_in(stranger.get("/sso/")["Location"]).partition("state=")[2]

    assert stranger.get(f"/sso/callback/?{query}{state}").status_code == 403
    assert refusals() == [reason]


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://id.example.com/token"},
        {"jwks_uri": 5},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_cannot_be_trusted_is_not_used(
    provider: IdentityProvider, stranger: Client, discovery: dict[str, Any]
) -> None:
    provider.discovery = discovery

    response = stranger.get("/sso/")

    assert response.status_code == 502
    assert "Single sign-on did not work" in html(response)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 302, "headers": {"Location": "https://evil.example"}},
        {"body": "<html>"},
        {"body": "[]"},
        {"body": "x" * (2**20 + 1)},
        {"body": requests.ConnectionError("refused")},
        {"body": requests.Timeout("late")},
    ],
)
def test_a_provider_that_is_not_there_is_told(
    provider: IdentityProvider, stranger: Client, mock: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    mock.upsert("GET", f"{ISSUER}/.well-known/openid-configuration", **answer)

    assert stranger.get("/sso/").status_code == 502
    assert len(mock.calls) == 1


def test_an_issuer_that_ends_with_a_slash_is_the_same(provider: IdentityProvider, stranger: Client) -> None:
    provider.discovery = {"issuer": f"{ISSUER}/"}
    provider.claims = {"iss": f"{ISSUER}/"}

    assert come_back(provider, stranger).status_code == 302
    assert Identity.objects.get().issuer == f"{ISSUER}/"


def test_it_leads_only_to_pages_of_this_site(provider: IdentityProvider, stranger: Client) -> None:
    assert come_back(provider, stranger, next_page="https://evil.example/")["Location"] == "/"
