"""Where a person goes on after signing in: only ever to a page of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

# Signing in must not lead straight out again, and /v1 is not for browsers.
NOT_PAGES = {"login", "logout", "single-sign-on", "single-sign-on-callback", "healthz", "readyz"}


def page_of_this_site(request: HttpRequest, *, address: str) -> str:
    """The path and query of ``address`` if it is a known page of this site, otherwise ``/``."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return settings.LOGIN_REDIRECT_URL
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return settings.LOGIN_REDIRECT_URL
    if match.url_name in NOT_PAGES or match.route.startswith("v1"):
        return settings.LOGIN_REDIRECT_URL
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
