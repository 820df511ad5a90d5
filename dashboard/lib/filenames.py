"""Names of files as people may see them; where a file is kept is never decided by its name."""

from __future__ import annotations

import unicodedata

LONGEST = 255
LONGEST_ENDING = 16
# Controls, formatting marks (which can turn the reading direction round), surrogates, unassigned and private ones.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """The name without path, without anything invisible, composed, of at most 255 characters; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in INVISIBLE)
    visible = unicodedata.normalize("NFC", visible).strip()
    if not visible.strip(". "):
        return "upload"
    if len(visible) <= LONGEST:
        return visible
    stem, dot, ending = visible.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return visible[:LONGEST]
    return f"{stem[: LONGEST - 1 - len(ending)]}.{ending}"
