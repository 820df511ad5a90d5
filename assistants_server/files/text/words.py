"""Cut text into tokens, and tokens into the words that search compares."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Written without spaces, so a run of them is not a word; each pair of neighbours stands for one.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]|_")
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_COUNTED_SINGLY = re.compile(f"[{_UNSPACED}]")
_COUNTED_TOGETHER = re.compile(rf"[^\W_{_UNSPACED}]")
_FIRST_UNSPACED = _UNSPACED[0]
# Signs that are not seen and stand within words: places for a hyphen, joiners, marks of byte order.
_UNSEEN = str.maketrans("", "", "\u00ad\u200c\u200d\u2060\ufeff")
LONGEST = 64


def words(text: str) -> Iterator[str]:
    """The words of ``text`` in one spelling: composed, without case, an English plural made singular."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).casefold()):
        if word[0] >= _FIRST_UNSPACED and _IS_UNSPACED.match(word):
            yield from (word[place : place + 2] for place in range(max(1, len(word) - 1)))
        else:
            yield _spelling(word)


def count_words(text: str) -> int:
    """As word processors count: between spaces, and each character of a script without spaces."""
    return sum(len(_COUNTED_SINGLY.findall(part)) + bool(_COUNTED_TOGETHER.search(part)) for part in text.split())


@lru_cache(maxsize=1 << 16)
def _spelling(word: str) -> str:
    return _singular(word)[:LONGEST]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def chunks(text: str, *, size: int, overlap: int) -> Iterator[str]:
    """Pieces of at most ``size`` tokens, each beginning with the last ``overlap`` of the one before.

    A token is a word, one character of a script without spaces, or a sign. That is close to what
    language models count, and needs no model's own table.
    """
    spans = [match.span() for match in TOKEN.finditer(text)]
    step = size - overlap
    for first in range(0, len(spans), step):
        last = min(first + size, len(spans)) - 1
        yield text[spans[first][0] : spans[last][1]]
        if last == len(spans) - 1:
            return
