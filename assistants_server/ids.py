"""Names for new objects, in the shape the hosted API gave them."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
LENGTH = 24


def new_id(prefix: str) -> str:
    """``prefix`` and 24 random letters and digits (142 bits), as in ``asst_Zq81LmC0vTtR5yHn2WbKfPx7``."""
    # One call of the system's generator for all of them: asked for each, it was a quarter of what a run's begin costs.
    number, letters = secrets.randbelow(len(ALPHABET) ** LENGTH), []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return prefix + "".join(letters)


def new_revision() -> str:
    """What an object's ETag is made of; a new one after every change."""
    return secrets.token_hex(8)
