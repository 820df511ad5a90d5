"""What to look at before an assistant leaves: secrets in its texts, and characters that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from assistants_ui.assistants.editor import text_warnings
from assistants_ui.handover.source import Source

MOST = 50


@dataclass(frozen=True)
class TextFinding:
    """``label`` names the field, ``kind`` is ``secret`` or ``hidden``; no secret is repeated in ``text``."""

    label: str
    kind: str
    text: str


def findings_in(source: Source) -> list[TextFinding]:
    """Every text of the assistant is looked at, those inside schemas and unknown fields too; fifty findings at most."""
    return list(islice(_found(source), MOST))


def _found(source: Source) -> Iterator[TextFinding]:
    for field in source.fields:
        texts = list(_texts(field.value))
        # A schema may hold a hundred thousand short texts; nearly always nothing is odd about any of them.
        if len(texts) > 1 and not text_warnings.is_odd("\n".join(texts)):
            continue
        for text in texts:
            if text_warnings.is_odd(text):
                yield from (
                    TextFinding(field.label, found.kind, found.text) for found in text_warnings.text_warnings(text)
                )


# To say what is odd about a text takes so many times as long as to see that nothing is.
ODD_WEIGHT = 4


def characters_in(source: Source) -> int:
    """How long all texts are that are looked at; each counts for one more, so that many short ones count too.

    A field that has something to point out counts for several.
    """
    found = 0
    for field in source.fields:
        texts = list(_texts(field.value))
        length = sum(len(text) + 1 for text in texts)
        found += length * (ODD_WEIGHT if text_warnings.is_odd("\n".join(texts)) else 1)
    return found


def _texts(value: Any) -> Iterator[str]:
    """Each text in a JSON value, in order; a generator within each level would hand every text through all of them."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as entries:
                waiting += [each for pair in reversed(entries.items()) for each in reversed(pair)]
            case list() as items:
                waiting += reversed(items)
