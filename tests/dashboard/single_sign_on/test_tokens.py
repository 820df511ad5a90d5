"""Which tokens are believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.audit.models import Record
from tests.dashboard.single_sign_on.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    come_back,
    key,
    public_pem,
)
from tests.dashboard.single_sign_on.record import refusals

pytestmark = [pytest.mark.django_db, pytest.mark.services_do_not_matter]


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


def signed_with_an_algorithm_that_is_no_text(claims: dict[str, Any]) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": ["RS256"], "kid": "key-1"}).encode()).rstrip(b"=").decode()
    return ".".join([header, *jwt.encode(claims, key("key-1"), algorithm="RS256").split(".")[1:]])


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (unsigned, "algorithm_refused"),
        (signed_with_the_public_key, "algorithm_refused"),
        (signed_with_the_secret, "algorithm_refused"),
        (signed_with_an_algorithm_not_offered, "algorithm_refused"),
        (signed_with_an_algorithm_that_is_no_text, "algorithm_refused"),
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


def test_nothing_of_the_tokens_is_kept(provider: IdentityProvider, stranger: Client) -> None:
    come_back(provider, stranger)

    kept = json.dumps(dict(stranger.session)) + "".join(event.head + event.body for event in Record.objects.all())
    assert "an-access-token" not in kept
    assert "eyJ" not in kept
