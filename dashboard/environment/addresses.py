"""Addresses: where the site is found, and where others are."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.reading import text


def web_address(name: str, default: str) -> str:
    """An absolute http or https URL, without a trailing slash; empty only when the default is."""
    value = text(name, default).rstrip("/")
    if not value and not default:
        return ""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(f"{name} must be an address such as https://assistants.example.com, not {value!r}.")
    return value


def local_address(*, host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
