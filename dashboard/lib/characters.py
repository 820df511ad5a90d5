"""Characters that no text needs, and letters that only look like others."""

from __future__ import annotations

import re
import unicodedata

# The 66 code points that Unicode promises never to make characters of.
NONCHARACTERS = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)) + "]"
)
# Alphabets whose letters are drawn alike.
ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")


def mixed_alphabets(text: str) -> list[str]:
    """The names of the alphabets that one word of ``text`` mixes though their letters look alike; else nothing."""
    for word in re.findall(r"[^\W\d_]+", text):
        found = dict.fromkeys(alphabet for character in word if (alphabet := _alphabet(character)))
        if len(found) > 1:
            return list(found)
    return []


def _alphabet(character: str) -> str:
    if character.isascii():
        return "Latin" if character.isalpha() else ""
    # FULLWIDTH LATIN SMALL LETTER A and MATHEMATICAL BOLD SMALL A are drawn like a, too.
    name = unicodedata.name(character, "")
    if name.startswith(("FULLWIDTH LATIN", "MATHEMATICAL")):
        return name.split()[0].capitalize()
    first = name.partition(" ")[0]
    return first.capitalize() if first in ALIKE else ""
