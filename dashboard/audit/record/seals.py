"""The keys and the arithmetic of the chain: which text is sealed, and with what.

A row's seal is ``HMAC-SHA256(key, previous seal + "\\n" + head + "\\n" + body)`` in hex, over the
exact text that is stored. The key is derived from ``SECRET_KEY``, which is not in the database,
so whoever can write to the database alone cannot make a seal that holds.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
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
    return hmac.digest(key, f"{previous}\n{head}\n{body}".encode(), "sha256").hex()


def sealer(key: bytes) -> Callable[[str], str]:
    """:func:`seal_of` for many rows: the same HMAC over ``previous + "\n" + head + "\n" + body``.

    HMAC begins with a block that depends on the key alone. Hashing it once instead of twice a
    row is most of what verification can save.
    """
    block = key.ljust(64, b"\0")
    inside = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outside = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def seal(text: str) -> str:
        inner, outer = inside.copy(), outside.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.hexdigest()

    return seal


def mark_of(key: bytes, *, seq: int, seal: str) -> str:
    """The keyed mark on the head row, without which an edited head row would look right."""
    return hmac.digest(key, f"head\n{seq}\n{seal}".encode("ascii"), "sha256").hex()
