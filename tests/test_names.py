"""One name for one thing, and only words that a newcomer knows."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["assistants_client", "assistants_server", "assistants_ui", "dashboard"]
MODULES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

# Django looks a command up by this name.
GIVEN_BY_DJANGO = {"Command"}
# What the wire calls an object, so do the client's type and the embedded server's table; no module sees both.
WIRE_OBJECTS = {"Assistant", "AssistantFile", "File", "Message", "Run", "RunStep", "Thread", "VectorStore"}

PRIVATE_WORDS = re.compile(
    r"\b(gesture|unheard|fate|belongings|bury|occupied|turn_to_change|doors?|told_apart)\b", re.IGNORECASE
)


def test_no_class_name_is_defined_twice() -> None:
    names = Counter(
        node.name
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )

    assert {name for name, count in names.items() if count > 1} - GIVEN_BY_DJANGO - WIRE_OBJECTS == set()
    assert all(names[name] <= 2 for name in WIRE_OBJECTS)


def test_no_word_of_our_own_is_left() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in [*MODULES, *TEMPLATES]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if PRIVATE_WORDS.search(line.partition("#")[0])
    ]

    assert strays == []
