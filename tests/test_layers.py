"""The flow of the code goes one way; see the README, "Where to change what"."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["dashboard", "assistants_ui", "assistants_server", "assistants_client"]
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# What a folder may not import, however deep inside it.
FORBIDDEN = {
    "dashboard": ["assistants_ui", "assistants_server"],
    "assistants_ui": ["assistants_server"],
    "assistants_server": ["assistants_ui"],
    "assistants_client": ["django", "dashboard", "assistants_ui", "assistants_server", "environ"],
}
# What only these may import: one place for each concern.
ONLY = {
    "httpx": ["assistants_client", "assistants_ui/workspaces.py"],
    "requests": ["dashboard/accounts"],
    "redis": ["dashboard/lib/cache_failures.py", "dashboard/environment/stores.py"],
}


def imports(path: Path) -> Iterator[str]:
    """The dotted name of every module, or name in a module, that this file imports."""
    return imported(source(path), package=list(path.parts[:-1]))


def imported(text: str, *, package: list[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def source(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def test_nothing_imports_what_comes_before_it() -> None:
    strays = [
        f"{path} imports {name}"
        for path in MODULES
        for name in imports(path)
        for folder, modules in FORBIDDEN.items()
        for module in modules
        if path.is_relative_to(folder) and is_within(name, module)
    ]

    assert strays == []


def test_a_library_with_one_place_stays_there() -> None:
    strays = [
        f"{path} imports {name}"
        for path in MODULES
        for name in imports(path)
        for library, places in ONLY.items()
        if is_within(name, library) and not any(path.is_relative_to(place) for place in places)
    ]

    assert strays == []


def test_no_view_catches_an_exception() -> None:
    catches = [
        f"{path}:{node.lineno}"
        for path in MODULES
        if "views" in path.parts or path.name == "views.py"
        for node in ast.walk(ast.parse(source(path)))
        if isinstance(node, ast.ExceptHandler)
    ]

    assert catches == []


def test_no_response_is_cached() -> None:
    assert [path for path in MODULES if "cache_page" in source(path) or "CacheMiddleware" in source(path)] == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import dashboard.audit", "dashboard.audit"),
        ("from dashboard import audit", "dashboard.audit"),
        ("from . import keys", "dashboard.team.keys"),
        ("from ..audit import record", "dashboard.audit.record"),
        ("def late():\n    import httpx", "httpx"),
    ],
)
def test_it_sees_every_way_to_import(line: str, name: str) -> None:
    assert list(imported(line, package=["dashboard", "team"])) == [name]
