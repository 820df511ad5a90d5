from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import requests
import responses
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dashboard.audit.models import Event
from dashboard.team.models import Identity
from dashboard.team.single_sign_on.provider import discovered
from tests.conftest import PASSWORD, Person
from tests.dashboard.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    IdentityProvider,
    come_back,
    key,
    public_pem,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def provider(settings: Settings, mock: responses.RequestsMock) -> Iterator[IdentityProvider]:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = ISSUER, CLIENT_ID, CLIENT_SECRET
    discovered.cache_clear()
    provider = IdentityProvider()
    provider.answer(mock)
    yield provider
    discovered.cache_clear()


def refusals() -> list[str]:
    """Why sign-ons were refused, according to the record."""
    heads = Event.objects.filter(action="security.sign_on_refused").order_by("seq").values_list("head", flat=True)
    return [json.loads(head)["detail"]["reason"] for head in heads]


def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_it_works(provider: IdentityProvider, stranger: Client) -> None:
    response = come_back(provider, stranger, next_page="/account/")

    user = User.objects.get()
    assert response["Location"] == "/account/"
    assert stranger.get("/account/").status_code == 200
    assert (user.username, user.first_name, user.email) == ("maria", "Maria Silva", "maria@example.com")
    assert not user.has_usable_password()
    assert roles(user) == set()
    assert list(Event.objects.order_by("seq").values_list("action", flat=True)) == ["member.create", "session.sign_in"]


def test_the_same_subject_is_the_same_person(provider: IdentityProvider, stranger: Client) -> None:
    come_back(provider, stranger)
    provider.userinfo = {"email": "another@example.com", "preferred_username": "other"}

    come_back(provider, Client())

    assert User.objects.count() == 1


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


def test_the_sign_in_page_offers_it(provider: IdentityProvider, stranger: Client) -> None:
    html = stranger.get("/login/?next=/account/").content.decode()

    assert 'href="/sso/?next=/account/"' in html
    assert "Sign in with single sign-on" in html


def test_it_is_off_without_an_issuer(settings: Settings, stranger: Client) -> None:
    settings.OIDC_ISSUER = ""

    assert "single sign-on" not in stranger.get("/login/").content.decode()
    assert stranger.get("/sso/").status_code == 404
    assert stranger.get("/sso/callback/?state=x&code=y").status_code == 404


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "nonce_differs"),
        ({"nonce": None}, "nonce_differs"),
        ({"iss": "https://evil.example"}, "other_issuer"),
        ({"iss": None}, "claim_missing"),
        ({"aud": "another-client"}, "other_audience"),
        ({"aud": ["another-client"]}, "other_audience"),
        ({"aud": None}, "claim_missing"),
        ({"aud": [CLIENT_ID, "another-client"]}, "other_authorized_party"),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, "other_authorized_party"),
        ({"azp": "another-client"}, "other_authorized_party"),
        ({"exp": NOW - 120}, "token_expired"),
        ({"exp": None}, "claim_missing"),
        ({"iat": NOW + 600}, "token_from_the_future"),
        ({"nbf": NOW + 600}, "token_from_the_future"),
        ({"sub": None}, "claim_missing"),
        ({"sub": ""}, "subject_unusable"),
        ({"sub": "x" * 256}, "subject_unusable"),
        ({"sub": "someone-else"}, "subject_differs"),
    ],
)
def test_a_wrong_claim_is_refused(
    provider: IdentityProvider, stranger: Client, claims: dict[str, Any], reason: str
) -> None:
    provider.claims = claims

    response = come_back(provider, stranger)

    assert response.status_code == 403
    assert "Single sign-on did not work" in response.content.decode()
    assert "_auth_user_id" not in stranger.session
    assert not User.objects.exists()
    assert refusals() == [reason]


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", algorithm="none")


def signed_with_the_public_key(claims: dict[str, Any]) -> str:
    """The old trick: the public key as the secret of a symmetric signature."""

    def part(value: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    text = part({"alg": "HS256", "kid": "key-1"}) + b"." + part(claims)
    seal = hmac.new(public_pem("key-1"), text, hashlib.sha256).digest()
    return (text + b"." + base64.urlsafe_b64encode(seal).rstrip(b"=")).decode()


def signed_with_the_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, CLIENT_SECRET.ljust(32), algorithm="HS256")


def signed_with_an_algorithm_not_offered(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, key("key-1"), algorithm="RS512", headers={"kid": "key-1"})


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (unsigned, "algorithm_refused"),
        (signed_with_the_public_key, "algorithm_refused"),
        (signed_with_the_secret, "algorithm_refused"),
        (signed_with_an_algorithm_not_offered, "algorithm_refused"),
        (lambda claims: "not a token", "token_unreadable"),
        (lambda claims: "", "token_unreadable"),
    ],
)
def test_a_forged_token_is_refused(provider: IdentityProvider, stranger: Client, forge: Any, reason: str) -> None:
    address = stranger.get("/sso/")["Location"]
    query = provider.sign_in(address)
    provider.forged = forge(provider.right_claims())

    assert stranger.get(f"/sso/callback/?{query}").status_code == 403
    assert refusals() == [reason]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signed_by": "key-2"}, "signature_wrong"),
        ({"header": {"kid": "key-2"}}, "key_unknown"),
        ({"userinfo": {"sub": "someone-else"}}, "subject_differs"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    provider: IdentityProvider, stranger: Client, changes: dict[str, Any], reason: str
) -> None:
    for name, value in changes.items():
        setattr(provider, name, value)

    assert come_back(provider, stranger).status_code == 403
    assert refusals() == [reason]


def test_a_state_that_was_never_given_is_refused_and_not_worth_a_record(
    provider: IdentityProvider, stranger: Client
) -> None:
    stranger.get("/sso/")

    assert stranger.get("/sso/callback/?code=a-code&state=invented").status_code == 403
    assert not Event.objects.exists()


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


def test_the_email_address_opens_nobody_elses_account(
    provider: IdentityProvider, alice: Person, stranger: Client
) -> None:
    provider.userinfo = {"email": "alice@example.com", "email_verified": False, "preferred_username": "alice"}

    come_back(provider, stranger)

    assert stranger.session["_auth_user_id"] != str(alice.user.pk)
    assert User.objects.exclude(pk=alice.user.pk).get().username == "alice-2"


def test_the_same_email_with_another_subject_is_someone_else(provider: IdentityProvider, stranger: Client) -> None:
    come_back(provider, stranger)
    provider.claims, provider.userinfo = {"sub": "maria-2"}, {"sub": "maria-2"}

    come_back(provider, Client())

    assert User.objects.count() == 2


def test_a_deactivated_person_stays_out(provider: IdentityProvider, stranger: Client) -> None:
    come_back(provider, stranger)
    User.objects.update(is_active=False)

    assert stranger.get("/account/").status_code == 302
    assert come_back(provider, Client()).status_code == 403
    assert refusals() == ["deactivated"]


@pytest.mark.parametrize(
    ("claim", "claims", "expected"),
    [
        ("groups", {"groups": ["Editors", "auditors", "unheard-of"]}, {"Editors", "Auditors"}),
        ("groups", {"groups": "Viewers"}, {"Viewers"}),
        ("groups", {"groups": []}, set()),
        ("groups", {}, set()),
        ("groups", {"groups": {"Editors": True}}, set()),
        ("realm_access.roles", {"realm_access": {"roles": ["Editors"]}}, {"Editors"}),
        ("https://example.com/roles", {"https://example.com/roles": ["Editors"]}, {"Editors"}),
    ],
)
def test_roles_come_from_the_claim(
    provider: IdentityProvider,
    stranger: Client,
    settings: Settings,
    claim: str,
    claims: dict[str, Any],
    expected: set[str],
) -> None:
    settings.OIDC_ROLE_CLAIM = claim
    provider.claims = claims

    come_back(provider, stranger)

    assert roles(User.objects.get()) == expected


def test_roles_follow_the_claim_at_every_sign_in(provider: IdentityProvider, stranger: Client) -> None:
    provider.claims = {"groups": ["Editors"]}
    come_back(provider, stranger)
    provider.claims = {"groups": ["Viewers"]}

    come_back(provider, Client())

    assert roles(User.objects.get()) == {"Viewers"}


def test_roles_stay_when_the_provider_says_nothing_of_them(provider: IdentityProvider, stranger: Client) -> None:
    provider.claims = {"groups": ["Editors"]}
    come_back(provider, stranger)
    provider.claims = {}

    come_back(provider, Client())

    assert roles(User.objects.get()) == {"Editors"}


def test_the_last_administrator_keeps_the_role_and_it_is_recorded(provider: IdentityProvider, stranger: Client) -> None:
    provider.claims = {"groups": ["Administrators"]}
    come_back(provider, stranger)
    provider.claims = {"groups": []}

    come_back(provider, Client())

    assert roles(User.objects.get()) == {"Administrators"}
    assert refusals() == ["last_administrator_keeps_roles"]


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
    assert "Single sign-on did not work" in response.content.decode()


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


def test_nothing_of_the_tokens_is_kept(provider: IdentityProvider, stranger: Client) -> None:
    come_back(provider, stranger)

    kept = json.dumps(dict(stranger.session)) + "".join(event.head + event.body for event in Event.objects.all())
    assert "an-access-token" not in kept
    assert "eyJ" not in kept


def test_a_person_connects_the_account_they_have(provider: IdentityProvider, alice: Person, stranger: Client) -> None:
    html = alice.get("/account/").content.decode()
    assert 'href="/sso/?next=/account/">Connect this account' in html

    response = come_back(provider, alice, next_page="/account/")

    assert response["Location"] == "/account/"
    assert "connected" in alice.get("/account/").content.decode()
    come_back(provider, stranger)
    assert stranger.session["_auth_user_id"] == str(alice.user.pk)
    assert User.objects.count() == 1


def test_an_identity_has_one_account(provider: IdentityProvider, alice: Person, bob: Person) -> None:
    come_back(provider, alice)

    assert come_back(provider, bob).status_code == 403
    assert Identity.objects.get().user == alice.user
    assert refusals() == ["belongs_to_another_account"]


def test_nobody_is_connected_who_has_signed_out_meanwhile(
    provider: IdentityProvider, alice: Person, bob: Person
) -> None:
    query = provider.sign_in(alice.get("/sso/")["Location"])
    alice.post("/logout/")

    assert alice.get(f"/sso/callback/?{query}").status_code == 403
    assert not Identity.objects.exists()


def test_who_signed_in_meanwhile_is_not_connected(provider: IdentityProvider, alice: Person, stranger: Client) -> None:
    query = provider.sign_in(stranger.get("/sso/")["Location"])
    stranger.post("/login/", {"username": "alice", "password": PASSWORD})

    stranger.get(f"/sso/callback/?{query}")

    assert not alice.user.identities.exists()
    assert stranger.session["_auth_user_id"] == str(User.objects.get(username="maria").pk)
