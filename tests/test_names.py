"""Only words that a newcomer knows."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.source import MODULES, ROOT

WITHOUT_MIGRATIONS = [ROOT / path for path in MODULES if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

PRIVATE_WORDS = re.compile(
    r"\b(gesture|unheard|fate|belongings|bury|occupied|turn_to_change|doors?|told_apart|grave|crew|happening|oddit(y|ies))\b",
    re.IGNORECASE,
)


def words_of(path: Path) -> Iterator[str]:
    """The words of the names in a module, of all the text in a template. A comment may say them in plain English."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.NAME:
                yield f"{token.string} {token.string.replace('_', ' ')}"


def test_no_word_of_our_own_is_left() -> None:
    strays = {
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in [*WITHOUT_MIGRATIONS, *TEMPLATES]
        for words in words_of(path)
        if (found := PRIVATE_WORDS.search(words))
    }

    assert strays == set()
