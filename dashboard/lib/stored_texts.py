"""Sentences that rows keep: written in English, read in the reader's language.

A row may not depend on the language of whoever caused it, so what goes into one is written within ``english()``.
When it is read, ``reword`` finds the sentences again that the catalogs know. A sentence with names in it is registered
as it stands in the catalogs. Its names, which somebody typed, and what nobody knows, as the words of a server, are
shown as they were stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import get_language, gettext, override

from dashboard.lib.texts import ENGLISH, number

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?:]) ")
DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
# No row holds more of them; what follows is shown as it is.
MOST_SENTENCES = 12
_registered: dict[str, re.Pattern[str]] = {}
_decimals: set[tuple[str, str]] = set()


def english() -> override:
    """Within this, texts are made as rows, exports and programs get them."""
    return override(ENGLISH)


def in_english(text: object) -> str:
    """What is put into words when it is read, as rows, exports and programs get it."""
    with english():
        return str(text)


def register(*sentences: str, decimals: Sequence[str] = ()) -> None:
    """Sentences with ``%(names)s`` in them that rows may hold, each marked with ``gettext_noop``.

    Under the names among the ``decimals`` is a number, which each language writes in its own way.
    """
    for sentence in sentences:
        _registered[sentence] = _pattern(sentence)
        _decimals.update((sentence, name) for name in decimals)


def reword(stored: str) -> str:
    """A stored text in the reader's language, as far as its sentences are known."""
    if not stored or (get_language() or ENGLISH).partition("-")[0] == ENGLISH:
        return stored
    pieces = BETWEEN_SENTENCES.split(stored)
    told: list[str] = []
    while pieces and len(told) < MOST_SENTENCES:
        for length in range(len(pieces), 0, -1):
            if (known := _known(" ".join(pieces[:length]))) is not None:
                told.append(known)
                del pieces[:length]
                break
        else:
            told.append(pieces.pop(0))
    return " ".join([*told, *pieces])


def _known(text: str) -> str | None:
    """The translation of a text that the catalogs know, with its full stop or without; None of any other."""
    if (words := gettext(text)) != text:
        return words
    bare = text.removesuffix(".")
    if bare and bare != text and (words := gettext(bare)) != bare:
        return f"{words}."
    for sentence, pattern in _registered.items():
        if match := pattern.fullmatch(text):
            return gettext(sentence) % _parts(sentence, match.groupdict())
    return None


def _parts(sentence: str, found: dict[str, str]) -> dict[str, str | int]:
    kinds = dict(PLACEHOLDER.findall(sentence))
    return {name: int(part) if kinds[name] == "d" else _told(sentence, name, part) for name, part in found.items()}


def _told(sentence: str, name: str, part: str) -> str:
    return number(float(part)) if (sentence, name) in _decimals and DECIMAL.fullmatch(part) else part


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces, at = [], 0
    for found in PLACEHOLDER.finditer(sentence):
        before = sentence[at : found.start()].replace("%%", "%")
        some = "[0-9]+" if found[2] == "d" else ".+?"
        pieces += [re.escape(before), f"(?P<{found[1]}>{some})"]
        at = found.end()
    return re.compile("".join([*pieces, re.escape(sentence[at:].replace("%%", "%"))]), re.DOTALL)
