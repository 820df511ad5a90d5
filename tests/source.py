"""The product's modules as text, for the tests that read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["dashboard", "assistants_ui", "assistants_server", "assistants_client"]
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def nodes(text: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(text)))


@cache
def source(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


# By dotted name, without the migrations.
SOURCES = {
    ".".join(path.with_suffix("").parts).removesuffix(".__init__"): source(path)
    for path in MODULES
    if "migrations" not in path.parts
}
