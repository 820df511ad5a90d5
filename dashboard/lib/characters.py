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


# Letters that nobody tells from a Latin one, in the order of those.
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf\u03b1\u03bf\u03bd\u03c1\u03c5\u03b9\u0131\u0585\u057d",
    "aeopcyxijshdqwlaovpuiiou",
)


def skeleton(text: str) -> str:
    """The same for texts that a reader would take for one another: case, width and alike letters do not count."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_LOOKS_LIKE)


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
