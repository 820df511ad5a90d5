"""The settings on which the safety of the site rests, and what they make of real answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import Person
from tests.dashboard.test_access import KEYED, NAMED

pytestmark = pytest.mark.services_do_not_matter

ROOT = Path(__file__).resolve().parent.parent.parent

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "manifest-src 'self'",
}

IN_PRODUCTION = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["assistants.example.com", "localhost", "127.0.0.1", "[::1]"],
    "CSRF_TRUSTED_ORIGINS": ["https://assistants.example.com"],
    "USE_X_FORWARDED_HOST": False,
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_REDIRECT_EXEMPT": ["^healthz$", "^readyz$", "^v1/", "^openai/"],
    "SECURE_HSTS_SECONDS": 63_072_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
    "SECURE_HSTS_PRELOAD": False,
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    "SESSION_ENGINE": "dashboard.accounts.sessions",
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_AGE": 43_200,
    "SESSION_IDLE_SECONDS": 3600,
    "SESSION_SAVE_EVERY_REQUEST": False,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_FAILURE_VIEW": "assistants_ui.assistants.editor.draft_middleware.csrf_failure",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 12 * 2**20,
    "DATA_UPLOAD_MAX_NUMBER_FILES": 20,
    "FILE_UPLOAD_PERMISSIONS": 0o600,
    "ADMINS": [],
    "TRUSTED_PROXIES": 1,
}


@cache
def production(proxies: str = "1") -> dict[str, Any]:
    """The settings of a site behind TLS, read by a fresh process as a deployer would start it."""
    script = (
        "import json, sys; from django.conf import settings; "
        "print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))"
    )
    names = [*IN_PRODUCTION, "MIDDLEWARE", "INSTALLED_APPS", "PASSWORD_HASHERS", "LOGGING", "CACHES", "STORAGES"]
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "SITE_URL": "https://assistants.example.com",
        "TRUSTED_PROXIES": proxies,
        "CACHE_URL": "redis://127.0.0.1:6379/0",
    }
    answer = subprocess.run(
        [sys.executable, "-c", script, *names], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_a_site_may_be_found_by_a_number_with_colons() -> None:
    script = (
        "import django; from django.test import RequestFactory; django.setup(); "
        "print(RequestFactory(HTTP_HOST='[fd00::1]:8000').get('/').get_host())"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "SITE_URL": "http://[fd00::1]:8000",
    }

    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert answer.stdout == "[fd00::1]:8000\n"


@pytest.mark.parametrize("name", IN_PRODUCTION)
def test_behind_tls_it_is_set(name: str) -> None:
    assert production()[name] == IN_PRODUCTION[name]


def test_nobody_is_believed_to_have_come_by_tls_without_a_proxy_in_front() -> None:
    assert production("0")["SECURE_PROXY_SSL_HEADER"] is None


def test_passwords_are_hashed_slowly() -> None:
    assert production()["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_no_response_is_cached_and_no_admin_site_is_open() -> None:
    assert not [name for name in production()["MIDDLEWARE"] if "CacheMiddleware" in name]
    assert "django.contrib.admin" not in production()["INSTALLED_APPS"]


def test_what_redis_holds_is_never_executed() -> None:
    assert production()["CACHES"]["default"]["OPTIONS"]["serializer"] == "dashboard.lib.json.JSONSerializer"


def test_static_files_can_be_read_by_the_user_who_serves_them() -> None:
    assert production()["STORAGES"]["staticfiles"]["OPTIONS"]["file_permissions_mode"] == 0o644


def test_whole_addresses_are_not_logged() -> None:
    loggers = production()["LOGGING"]["loggers"]

    assert {loggers["httpx"]["level"], loggers["httpcore"]["level"]} == {"WARNING"}


def test_access_is_decided_after_the_session_and_before_everything_else() -> None:
    order = production()["MIDDLEWARE"]
    places = [
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "dashboard.middleware.ClientAddressMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "dashboard.accounts.middleware.PersonMiddleware",
        "dashboard.accounts.middleware.AccessMiddleware",
        "assistants_ui.middleware.WorkspaceMiddleware",
    ]

    assert [order.index(place) for place in places] == sorted(order.index(place) for place in places)


@pytest.mark.parametrize("address", ["/no-such-page/", *NAMED.values(), *KEYED])
def test_every_answer_is_private_and_under_the_policy(dora: Person, address: str) -> None:
    for browser in (Client(), dora):
        response = browser.get(address)

        assert set(response["Content-Security-Policy"].split("; ")) == POLICY
        assert "no-store" in response["Cache-Control"]
        assert {"Cookie", "HX-Request"} & {name.strip() for name in response["Vary"].split(",")}
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "good:evil", "testserver.evil.example"])
def test_an_unknown_host_is_refused(db: None, stranger: Client, host: str) -> None:
    assert stranger.get("/login/", headers={"host": host}).status_code == 400


def test_a_form_needs_a_token_of_its_own_session(alice: Person, bob: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.cookies
    bob.get("/account/")

    response = strict.post("/account/", {"name": "X", "csrfmiddlewaretoken": bob.cookies["csrf"].value})

    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()
