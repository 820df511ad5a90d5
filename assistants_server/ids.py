"""Names for new objects, in the shape the hosted API gave them."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """``prefix`` and 24 random letters and digits (142 bits), as in ``asst_Zq81LmC0vTtR5yHn2WbKfPx7``."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(24))


def new_revision() -> str:
    """What an object's ETag is made of; a new one after every change."""
    return secrets.token_hex(8)
