"""The identity provider, as its discovery document describes it."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

from assistants_client.sockets import ssl_context
from dashboard.accounts.single_sign_on import SignOnError

TIMEOUT_SECONDS = (5, 10)
LARGEST_ANSWER = 2**20


@dataclass(frozen=True)
class Provider:
    """What the discovery document promises; every address in it has been checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    algorithms: tuple[str, ...]
    takes_basic: bool

    def sign_in_address(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Where the person's browser goes to sign in."""
        query = {
            "response_type": "code",
            "client_id": settings.OIDC_CLIENT_ID,
            "redirect_uri": redirect_uri,
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        separator = "&" if urlsplit(self.authorization_endpoint).query else "?"
        return f"{self.authorization_endpoint}{separator}{urlencode(query)}"

    def exchange(self, *, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """The tokens for a code: ``id_token`` and ``access_token``."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        if self.takes_basic:
            return _ask(
                "POST", self.token_endpoint, data=form, auth=(settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
            )
        secret = {"client_id": settings.OIDC_CLIENT_ID, "client_secret": settings.OIDC_CLIENT_SECRET}
        return _ask("POST", self.token_endpoint, data=form | secret)

    def keys(self) -> list[dict[str, Any]]:
        """The provider's present signing keys."""
        keys = _ask("GET", self.jwks_uri).get("keys")
        if not isinstance(keys, list):
            raise SignOnError("keys_unreadable")
        return [key for key in keys if isinstance(key, dict)]

    def userinfo(self, *, access_token: str) -> dict[str, Any]:
        """What the provider tells about the person; nothing when it has no such endpoint."""
        if self.userinfo_endpoint is None:
            return {}
        return _ask("GET", self.userinfo_endpoint, headers={"Authorization": f"Bearer {access_token}"})


def discover() -> Provider:
    """The provider at ``OIDC_ISSUER``, asked at most once in five minutes while it answers."""
    return discovered(settings.OIDC_ISSUER, int(time.monotonic() // 300))


@lru_cache(maxsize=1)
def discovered(configured: str, period: int) -> Provider:
    """Read the discovery document; ``period`` only makes the cache forget."""
    document = _ask("GET", f"{configured}/.well-known/openid-configuration")
    issuer = document.get("issuer")
    # Some providers end their name with a slash; whoever answers under another name is another one.
    if not isinstance(issuer, str) or issuer.rstrip("/") != configured:
        raise SignOnError("other_issuer")
    methods = document.get("token_endpoint_auth_methods_supported")
    algorithms = document.get("id_token_signing_alg_values_supported")
    return Provider(
        issuer=issuer,
        authorization_endpoint=_address(document, "authorization_endpoint"),
        token_endpoint=_address(document, "token_endpoint"),
        jwks_uri=_address(document, "jwks_uri"),
        userinfo_endpoint=_address(document, "userinfo_endpoint") if "userinfo_endpoint" in document else None,
        algorithms=tuple(algorithms) if isinstance(algorithms, list) else ("RS256",),
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
    )


def _address(document: dict[str, Any], name: str) -> str:
    address = document.get(name)
    # A provider reached over TLS must not send the secret or the person over plain http.
    if not isinstance(address, str) or urlsplit(address).scheme not in {"https", urlsplit(settings.OIDC_ISSUER).scheme}:
        raise SignOnError("discovery_unusable")
    return address


class _TrustingAdapter(HTTPAdapter):
    """Trusts whom every other connection of the site trusts: requests alone would not look at ``SSL_CERT_FILE``."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options | {"ssl_context": ssl_context()})

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, **options | {"ssl_context": ssl_context()})


def _failure(error: requests.RequestException) -> SignOnError:
    """Why there was no answer, in words from which it can be put right; no address of a proxy is among them."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SignOnError("provider_not_trusted", f"its certificate cannot be confirmed: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return SignOnError("provider_not_trusted", f"no secure connection: {cause.reason or 'broken off'}")
        if isinstance(cause, socket.gaierror):
            return SignOnError("provider_unreachable", "there is no server of that name")
    if isinstance(error, requests.Timeout):
        return SignOnError("provider_unreachable", "it did not answer in time")
    if isinstance(error, requests.exceptions.ProxyError):
        return SignOnError("provider_unreachable", "the proxy in OIDC_PROXY did not let us through")
    said = next((cause.strerror for cause in reversed(causes) if isinstance(cause, OSError) and cause.strerror), "")
    return SignOnError("provider_unreachable", said or "the connection broke")


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _ask(method: str, address: str, **request: Any) -> dict[str, Any]:
    """The JSON object that the provider answers with status 200.

    Redirects are not followed, and neither the environment's proxies nor a netrc file count: only ``OIDC_PROXY``.
    """
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", _TrustingAdapter())
        session.proxies = dict.fromkeys(("http", "https"), settings.OIDC_PROXY) if settings.OIDC_PROXY else {}
        try:
            with session.request(
                method, address, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, **request
            ) as response:
                if response.status_code != 200:
                    raise SignOnError(f"provider_answered_{response.status_code}")
                text = b""
                for part in response.iter_content(65_536):
                    text += part
                    if len(text) > LARGEST_ANSWER:
                        raise SignOnError("answer_too_large")
        except requests.RequestException as error:
            raise _failure(error) from error
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise SignOnError("answer_not_json") from error
    if not isinstance(answer, dict):
        raise SignOnError("answer_not_json")
    return answer
