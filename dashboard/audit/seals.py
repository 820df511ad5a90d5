"""The keys and the arithmetic of the chain: which text is sealed, and with what.

A row's seal is ``HMAC-SHA256(key, previous seal + "\\n" + head + "\\n" + body)`` in hex, over the
exact text that is stored. The key is derived from ``SECRET_KEY``, which is not in the database,
so whoever can write to the database alone cannot make a seal that holds.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

GENESIS = "0" * 64


@lru_cache(maxsize=16)
def derived(secret: str) -> tuple[str, bytes]:
    """The short public name and the bytes of the sealing key that belongs to one ``SECRET_KEY``."""
    key = hmac.digest(secret.encode(), b"dashboard.audit.seal.1", "sha256")
    return hashlib.sha256(key).hexdigest()[:8], key


def current_key() -> tuple[str, bytes]:
    """The key that seals now, with its name."""
    return derived(settings.SECRET_KEY)


def all_keys() -> dict[str, bytes]:
    """Every key that can still be checked: the current one and those of ``SECRET_KEY_FALLBACKS``."""
    return dict(derived(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal_of(key: bytes, *, previous: str, head: str, body: str) -> str:
    return hmac.digest(key, f"{previous}\n{head}\n{body}".encode("ascii"), "sha256").hex()


def mark_of(key: bytes, *, seq: int, seal: str) -> str:
    """The keyed mark on the head row, without which an edited head row would look right."""
    return hmac.digest(key, f"head\n{seq}\n{seal}".encode("ascii"), "sha256").hex()
