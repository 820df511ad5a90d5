"""Whose account is entered, and with which roles."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dashboard.accounts.models import Identity
from tests.conftest import PASSWORD, Person
from tests.dashboard.single_sign_on.identity_provider import (
    IdentityProvider,
    come_back,
    connect,
    connecting,
)
from tests.dashboard.single_sign_on.record import refusals, roles

pytestmark = pytest.mark.django_db


def test_the_same_subject_is_the_same_person(provider: IdentityProvider, stranger: Client) -> None:
    come_back(provider, stranger)
    provider.userinfo = {"email": "another@example.com", "preferred_username": "other"}

    come_back(provider, Client())

    assert User.objects.count() == 1


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


def test_a_person_connects_the_account_they_have(provider: IdentityProvider, alice: Person, stranger: Client) -> None:
    response = connect(provider, alice)

    assert response["Location"] == "/account/"
    assert "connected" in alice.get("/account/").content.decode()
    come_back(provider, stranger)
    assert stranger.session["_auth_user_id"] == str(alice.user.pk)
    assert User.objects.count() == 1


def test_an_identity_has_one_account(provider: IdentityProvider, alice: Person, bob: Person) -> None:
    connect(provider, alice)

    response = connect(provider, bob)

    assert response.status_code == 403
    assert "Your account was not connected" in response.content.decode()
    assert Identity.objects.get().user == alice.user
    assert refusals() == ["belongs_to_another_account"]


def test_nobody_is_connected_who_has_signed_out_meanwhile(
    provider: IdentityProvider, alice: Person, bob: Person
) -> None:
    query = provider.sign_in(connecting(alice))
    alice.post("/logout/")

    assert alice.get(f"/sso/callback/?{query}").status_code == 403
    assert not Identity.objects.exists()


@pytest.mark.parametrize("token", ["", "&connect=", "&connect=0123abcd", "&connect=é"])
def test_no_link_from_elsewhere_connects_an_account(provider: IdentityProvider, alice: Person, token: str) -> None:
    response = alice.get(f"/sso/?next=/account/{token}")

    assert response["Location"] == "/account/"
    assert not alice.session.get("single_sign_on")


def test_the_link_of_another_session_connects_no_account(
    provider: IdentityProvider, alice: Person, bob: Person
) -> None:
    found = re.search(r"connect=(\w+)", bob.get("/account/").content.decode())
    assert found

    assert alice.get(f"/sso/?connect={found[1]}")["Location"] == "/"


def test_who_signed_in_meanwhile_is_not_connected(provider: IdentityProvider, alice: Person, stranger: Client) -> None:
    query = provider.sign_in(stranger.get("/sso/")["Location"])
    stranger.post("/login/", {"username": "alice", "password": PASSWORD})

    stranger.get(f"/sso/callback/?{query}")

    assert not alice.user.identities.exists()
    assert stranger.session["_auth_user_id"] == str(User.objects.get(username="maria").pk)
