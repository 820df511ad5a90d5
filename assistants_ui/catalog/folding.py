"""Texts as they are searched: without case, accents and the forms of a letter that people type alike."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import cached_property
from itertools import accumulate, islice

from dashboard.bounds import SEARCH_TERMS

# Letters that have no decomposition, or that people of the language write for one another.
ALIKE = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "\u0640": "",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "\u00ad": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
    "\ufeff": "",
    "\x00": "",
}
QUOTED = re.compile(r'["“”„]([^"“”„]*)["“”„]|(\S+)')


class _Table(dict[int, str]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in ALIKE:
            folded = ALIKE[character]
        elif character.isspace():
            folded = " "
        elif unicodedata.category(character) == "Cs":
            # Half of a character, which no database stores.
            folded = ""
        else:
            # Composed again, because a Hangul syllable comes apart into letters that are no accents.
            parts = unicodedata.normalize("NFKD", character.casefold())
            bare = "".join(part for part in parts if not unicodedata.combining(part))
            folded = "".join(ALIKE.get(part, part) for part in unicodedata.normalize("NFC", bare).casefold())
        self[code] = folded
        return folded


_table = _Table()


def fold(text: str) -> str:
    """The text as it is compared: ``Größenprüfung`` becomes ``grossenprufung``; each space or line end is one space."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_table).split())


def terms_of(query: str) -> list[str]:
    """The folded words of a query, and its quoted phrases as one term each; a quote left open is only a sign.

    More than ``SEARCH_TERMS`` of them are a passage that somebody copied: it is one term, to be found as it is.
    """
    found = [fold(phrase or word) for phrase, word in QUOTED.findall(query)]
    terms = list(dict.fromkeys(term for term in found if term))
    return terms if len(terms) <= SEARCH_TERMS else [fold(query)]


def phrase_of(query: str) -> str:
    """The words of a query as they were typed, without the marks around a quoted phrase."""
    return " ".join(phrase or word for phrase, word in QUOTED.findall(query)).strip()


class Folded:
    """A text beside its folded form, so that what is found in one can be shown in the other."""

    def __init__(self, text: str) -> None:
        self.shown = unicodedata.normalize("NFC", text)
        # Spaces are kept one by one here, because places are counted.
        self.folded = self.shown.translate(_table)

    def places(self, term: str, *, most: int | None = None) -> list[tuple[int, int]]:
        """Where the term occurs, or the first ``most`` of that, as places of the shown text."""
        found = [match.span() for match in islice(re.finditer(_pattern(term), self.folded), most)]
        return [(self._shown_at(start), self._shown_at(end)) for start, end in found]

    def first(self, term: str) -> int | None:
        """Where the term first occurs in the shown text; None when it does not."""
        match = re.search(_pattern(term), self.folded)
        return self._shown_at(match.start()) if match else None

    def _shown_at(self, place: int) -> int:
        """The place in the shown text that stands at ``place`` of the folded one."""
        return place if self._ends is None else bisect_left(self._ends, place)

    @cached_property
    def _ends(self) -> list[int] | None:
        """How long the folded text is after each character of the shown one, from none on; None if places agree."""
        if self.shown.isascii():
            return None
        return list(accumulate((len(_table[ord(character)]) for character in self.shown), initial=0))


def _pattern(term: str) -> str:
    return r"\s+".join(re.escape(word) for word in term.split(" "))
