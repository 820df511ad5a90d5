"""Numbers with their nouns, as people write them."""

from __future__ import annotations


def counted(number: int, one: str) -> str:
    """``1 file``, ``2 files``; ``one`` is a noun that takes an s."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
