"""Only words that a newcomer knows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["assistants_client", "assistants_server", "assistants_ui", "dashboard"]
MODULES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

PRIVATE_WORDS = re.compile(
    r"\b(gesture|unheard|fate|belongings|bury|occupied|turn_to_change|doors?|told_apart)\b", re.IGNORECASE
)


def test_no_word_of_our_own_is_left() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in [*MODULES, *TEMPLATES]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if PRIVATE_WORDS.search(line.partition("#")[0])
    ]

    assert strays == []
