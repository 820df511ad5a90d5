"""Addresses: where the site listens and is found, and where other servers are."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

from dashboard.environment.reading import text

HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
VISIBLE = re.compile(r"[\x21-\x7e]+")
# The names and numbers of a host that only this machine reaches.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def web_address(name: str, default: str) -> str:
    """An absolute http or https URL, without a trailing slash; empty only when the default is."""
    value = text(name, default).rstrip("/")
    if not value and not default:
        return ""
    parts = parts_of(value)
    if parts is None:
        # What stands before an @ is a password, and this sentence ends in a log.
        shown = "" if "@" in value else f", not {value!r}"
        raise ImproperlyConfigured(f"{name} must be an address such as https://assistants.example.com{shown}.")
    if parts.username is not None:
        raise ImproperlyConfigured(f"{name} must not hold a user name or a password.")
    return value


def site_address(name: str, default: str) -> str:
    """The address of a whole site: :func:`web_address` with nothing behind the host and the port."""
    value = web_address(name, default)
    parts = urlsplit(value)
    if parts.path or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} must end after the host, as in {parts.scheme}://{parts.netloc}, not {value!r}: "
            "the site cannot be served below a path."
        )
    if not is_host(str(parts.hostname)):
        # It becomes an allowed host, and among those * and a leading dot mean every host or many.
        raise ImproperlyConfigured(f"{name} must name one host, not {parts.hostname!r}.")
    return value


def proxy_address(name: str, value: str) -> str:
    """A checked proxy, empty when there is none. It may hold a user and a password, so a refusal does not show it."""
    parts = parts_of(value)
    if value and (parts is None or parts.path.strip("/") or parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name} must be an address such as http://proxy.example.com:3128.")
    return value.rstrip("/")


def parts_of(address: str) -> SplitResult | None:
    """The parts of an absolute http or https URL; None when it is not one."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:
        return None
    return parts if usable and VISIBLE.fullmatch(address) else None


def host(name: str, default: str) -> str:
    """The name or number of a network interface, such as ``0.0.0.0``; without scheme, port and brackets."""
    value = text(name, default)
    if not is_host(value):
        raise ImproperlyConfigured(f"{name} must be a host such as 127.0.0.1 or 0.0.0.0, not {value!r}.")
    return value


def is_host(value: str) -> bool:
    # Digits and dots alone are an IPv4 address or a mistake; no name consists of them.
    return is_number(value) if ":" in value or not value.strip("0123456789.") else bool(HOST_NAME.fullmatch(value))


def is_number(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def local_address(*, host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        host = "localhost"
    return f"http://{in_address(host)}:{port}"


def in_address(host: str) -> str:
    """The host as an address has it, and a request's Host header: a number with colons in brackets."""
    return f"[{host}]" if ":" in host else host
