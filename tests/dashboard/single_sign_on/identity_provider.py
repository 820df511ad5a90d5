"""An identity provider for tests: it signs what it is told to, right or wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from requests import PreparedRequest

ISSUER = "https://id.example.com/team"
CLIENT_ID = "dashboard"
CLIENT_SECRET = "a secret between two servers"

Answer = tuple[int, dict[str, str], str]


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """One key for each name, made once, because making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(name: str) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True), "kid": name, "use": "sig"}


def public_pem(name: str) -> bytes:
    return (
        key(name).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


@dataclass
class IdentityProvider:
    """Answers as OpenID Connect says, except where a test changes a part.

    ``claims`` go over the right ones into the ID token (None removes one); ``header`` over its
    header; ``signed_by`` names the key; ``forged`` is a whole token instead.
    """

    discovery: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    signed_by: str = "key-1"
    forged: str | None = None
    nonce: str = ""
    challenge: str = ""
    redirect_uri: str = ""
    codes: set[str] = field(default_factory=set)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
        } | self.discovery

    def right_claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": ISSUER, "aud": CLIENT_ID, "sub": "maria-1", "iat": now, "exp": now + 300, "nonce": self.nonce}

    def token(self) -> str:
        if self.forged is not None:
            return self.forged
        claims = {name: value for name, value in (self.right_claims() | self.claims).items() if value is not None}
        return jwt.encode(claims, key(self.signed_by), algorithm="RS256", headers={"kid": "key-1"} | self.header)

    def answer_token(self, request: PreparedRequest) -> Answer:
        """Give tokens for a code, once, to whoever knows the secret and the verifier."""
        form = dict(parse_qsl(str(request.body)))
        basic = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        known = request.headers.get("Authorization") == basic or form.get("client_secret") == CLIENT_SECRET
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge
        if not (known and proven and form["code"] in self.codes and form["redirect_uri"] == self.redirect_uri):
            return 400, {}, '{"error": "invalid_grant"}'
        self.codes.remove(form["code"])
        return (
            200,
            {},
            json.dumps({"access_token": "an-access-token", "id_token": self.token(), "token_type": "Bearer"}),
        )

    def answer_userinfo(self, request: PreparedRequest) -> Answer:
        if request.headers.get("Authorization") != "Bearer an-access-token":
            return 401, {}, "{}"
        claims = {"sub": "maria-1", "name": "Maria Silva", "email": "maria@example.com", "preferred_username": "Maria"}
        return 200, {}, json.dumps(claims | self.userinfo)

    def answer(self, mock: responses.RequestsMock) -> None:
        """Stand behind every address of the provider."""
        discovery = f"{ISSUER}/.well-known/openid-configuration"
        mock.add_callback("GET", discovery, lambda request: (200, {}, json.dumps(self.document())))
        mock.add_callback("GET", f"{ISSUER}/keys", lambda request: (200, {}, json.dumps({"keys": [public("key-1")]})))
        mock.add_callback("POST", f"{ISSUER}/token", self.answer_token)
        mock.add_callback("GET", f"{ISSUER}/userinfo", self.answer_userinfo)

    def sign_in(self, address: str) -> str:
        """What the person's browser does at the provider; returns the query it comes back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce, self.challenge, self.redirect_uri = query["nonce"], query["code_challenge"], query["redirect_uri"]
        self.codes.add("a-code")
        return f"code=a-code&state={query['state']}"


def come_back(provider: IdentityProvider, browser: Client, *, next_page: str = "/") -> Any:
    """The whole way there and back; the answer of the callback."""
    address = browser.get("/sso/", {"next": next_page})["Location"]
    return browser.get(f"/sso/callback/?{provider.sign_in(address)}")


def connecting(browser: Client) -> str:
    """Where the link on a person's own account page leads."""
    found = re.search(r'href="(/sso/[^"]+)">Connect this account', browser.get("/account/").content.decode())
    assert found
    return browser.get(unescape(found[1]))["Location"]


def connect(provider: IdentityProvider, browser: Client) -> Any:
    """The way there and back of somebody who connects their account; the answer of the callback."""
    return browser.get(f"/sso/callback/?{provider.sign_in(connecting(browser))}")
