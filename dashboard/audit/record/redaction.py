"""What must never enter the record: keys, passwords and tokens, wherever somebody put them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

SECRET_NAMES = frozenset(
    {
        "password",
        "passphrase",
        "secret",
        "client_secret",
        "api_key",
        "apikey",
        "api-key",
        "x-api-key",
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "access_token",
        "refresh_token",
        "id_token",
        "private_key",
    }
)
# The shapes that providers give their keys on purpose, so that programs like this one know them.
SECRET_SHAPES = re.compile(
    r"\b(?:sk|rk|pk)-[A-Za-z0-9_-]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bAKIA[A-Z0-9]{16}\b"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"
)
KEPT_OUT = re.compile(r"\[kept out of the record: [0-9a-f]{12}\]")


def without_secrets(value: Any) -> Any:
    """The same JSON value with every secret replaced by a short fingerprint of it.

    The fingerprint tells whether two kept-out values were equal, and nothing else.
    """
    if isinstance(value, str):
        return SECRET_SHAPES.sub(lambda found: _mark(found.group()), value)
    if isinstance(value, Mapping):
        return {
            name: _mark(item) if str(name).lower() in SECRET_NAMES and _is_secret(item) else without_secrets(item)
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    return value


def holds_kept_out(value: Any) -> bool:
    """Whether something was replaced in this value, so that it cannot be restored as it was."""
    if isinstance(value, str):
        return KEPT_OUT.search(value) is not None
    if isinstance(value, Mapping):
        return any(holds_kept_out(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(holds_kept_out(item) for item in value)
    return False


def _is_secret(value: Any) -> bool:
    return isinstance(value, str) and value != "" and KEPT_OUT.fullmatch(value) is None


def _mark(secret: str) -> str:
    return f"[kept out of the record: {hashlib.sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}]"
