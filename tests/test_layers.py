"""Imports go one way: between the packages, inside each of them, and without circles."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.source import MODULES, SOURCES, nodes, source

# What a folder may not import, however deep inside it.
FORBIDDEN = {
    "dashboard": ["assistants_ui", "assistants_server"],
    "assistants_ui": ["assistants_server"],
    "assistants_server": ["assistants_ui"],
    "assistants_client": ["django", "dashboard", "assistants_ui", "assistants_server", "environ"],
}
# What only these may import: one place for each concern.
ONLY = {
    "httpx": ["assistants_client"],
    "requests": ["dashboard/accounts"],
    "redis": ["dashboard/lib/cache_failures.py", "dashboard/environment/stores.py"],
}
# The order inside a package, from the ground up: a room may import those before it and none after it.
# Every room of these packages is named.
ORDER = {
    "dashboard": [
        "access",
        "bounds",
        "lib",
        "environment",
        "languages",
        "formats",
        "static_files",
        "server",
        "settings",
        "navigation",
        "middleware",
        "views",
        "apps",
        "audit",
        "health",
        "templatetags",
        "errors",
        "accounts",
        "context",
        "serving",
        "wsgi",
        "development",
        "management",
        "urls",
    ],
    "dashboard.audit": [
        "errors",
        "space",
        "fields",
        "registry",
        "models",
        "record",
        "api",
        "verify",
        "read",
        "export",
        "retention",
        "apps",
        "management",
        "views",
        "urls",
    ],
    "assistants_ui": [
        "models",
        "domain",
        "workspaces",
        "question_results",
        "catalog",
        "audit_log",
        "service",
        "forms",
        "http",
        "messages",
        "bulk",
        "files",
        "assistants",
        "vector_stores",
        "undo",
        "handover",
        "conversations",
        "evaluations",
        "middleware",
        "apps",
        "management",
        "urls",
    ],
    "assistants_ui.assistants": [
        "starters",
        "snippets",
        "examples",
        "saved",
        "row_content",
        "row_html",
        "rows",
        "model_notice",
        "finished",
        "history",
        "deleted",
        "listing",
        "editor",
        "catalog_views",
        "model_views",
        "views",
    ],
    "assistants_ui.files": ["usage", "knowledge", "forms", "previews", "deletion", "attachments", "views"],
    "assistants_server": [
        "ids",
        "models",
        "sandbox",
        "http",
        "keys",
        "rendering",
        "models_api",
        "files",
        "uploads",
        "vector_stores",
        "assistants",
        "threads",
        "importer",
        "runs",
        "audit_log",
        "apps",
        "management",
        "urls",
    ],
    "assistants_client": [
        "errors",
        "json_entries",
        "strict_json",
        "error_words",
        "lookups",
        "types",
        "model_table",
        "bodies",
        "multipart",
        "transport",
        "sockets",
        "readers",
        "call",
        "calls",
        "decoding",
        "pagination",
        "server",
        "model_server",
        "retries",
        "responses",
        "protocols",
        "streaming",
        "chunked",
        "polling",
        "senders",
        "binding",
        "resources",
        "async_client",
        "client",
        "probe",
    ],
}


def imports(path: Path) -> list[str]:
    """The dotted name of every module, or name in a module, that this file imports."""
    return imported(source(path), package=list(path.parts[:-1]))


def imported(text: str, *, package: list[str]) -> list[str]:
    names: list[str] = []
    for node in nodes(text):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


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


def rooms(package: str, sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Which rooms of a package each of its rooms imports; ``sources`` are texts by dotted module name.

    A room is a folder or a module directly inside the package.
    """
    graph: dict[str, set[str]] = defaultdict(set)
    for module, text in sources.items():
        if not is_within(module, package) or module == package:
            continue
        room = module.removeprefix(f"{package}.").partition(".")[0]
        for name in imported(text, package=module.split(".")[:-1]):
            other = name.removeprefix(f"{package}.").partition(".")[0] if name.startswith(f"{package}.") else room
            if other != room:
                graph[room].add(other)
    return graph


def wrong_way(graph: Mapping[str, Iterable[str]], order: list[str]) -> list[str]:
    """The imports that lead from a room to one that comes after it."""
    return [
        f"{room} imports {other}"
        for room in order
        for other in sorted(graph.get(room, ()))
        if other in order and order.index(other) > order.index(room)
    ]


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Rooms that lead back to where they began; none where there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", ORDER)
def test_the_rooms_of_a_package_import_only_what_comes_before_them(package: str) -> None:
    assert wrong_way(rooms(package, SOURCES), ORDER[package]) == []


@pytest.mark.parametrize("package", ORDER)
def test_the_order_names_every_room_of_a_package_and_no_other(package: str) -> None:
    there = {module.split(".")[package.count(".") + 1] for module in SOURCES if module.startswith(f"{package}.")}

    assert sorted(ORDER[package]) == sorted(there)


def packages(sources: Iterable[str]) -> set[str]:
    """Each package that holds one of these modules."""
    parts = [module.split(".") for module in sources]
    return {".".join(names[:depth]) for names in parts for depth in range(1, len(names))}


def test_no_rooms_of_any_package_form_a_circle() -> None:
    circles = {package: found for package in packages(SOURCES) if (found := circle(rooms(package, SOURCES)))}

    assert circles == {}


def is_page(module: str) -> bool:
    return re.search(r"(^|[._])(views|urls)$", module) is not None


def imports_of_pages(sources: Mapping[str, str]) -> list[str]:
    """The imports of views by modules that are no pages themselves."""
    return [
        f"{module} imports {name}"
        for module, text in sources.items()
        if not is_page(module)
        for name in imported(text, package=module.split(".")[:-1])
        if any(is_page(part) for part in (name, name.rpartition(".")[0])) and is_within(name, module.split(".")[0])
    ]


def test_nothing_but_pages_imports_pages() -> None:
    assert imports_of_pages(SOURCES) == []


def test_it_sees_a_service_that_imports_a_page() -> None:
    made_up = {
        "site.lists.file_views": "from site.lists.views import row\nimport rest_framework.views",
        "site.lists.operations": "from django.views import generic",
    }

    assert imports_of_pages(made_up) == []
    late = made_up | {"site.service": "def late():\n    from site.lists.file_views import row"}
    assert imports_of_pages(late) == ["site.service imports site.lists.file_views.row"]


def test_it_sees_an_import_that_leads_up() -> None:
    made_up = {
        "site.ground.tables": "import json",
        "site.pages.lists": "from site.ground import tables",
        "site.ground.late": "def late():\n    from site.pages.lists import page",
    }

    assert wrong_way(rooms("site", made_up), ["ground", "pages"]) == ["ground imports pages"]
    assert wrong_way(rooms("site", made_up), ["pages", "ground"]) == ["pages imports ground"]


# What the record must not know: the words of the apps that register with it.
APP_WORDS = re.compile(
    r"assistant|vector_?\s?store|thread|instructions|\btools?\b|tool_|file_ids?|file_search|code_interpreter"
    r"|temperature|top_p|reasoning|response_format|[\"\']run\.|(?<!models\.)\bmodel\b",
    re.IGNORECASE,
)


def app_words(text: str) -> list[str]:
    return [found.group() for found in APP_WORDS.finditer(text)]


def test_the_record_knows_no_words_of_the_apps() -> None:
    paths = [path for path in MODULES if path.is_relative_to("dashboard/audit") and "migrations" not in path.parts]
    found = {str(path): words for path in paths if (words := app_words(source(path)))}

    assert found == {}


@pytest.mark.parametrize(
    "text", ['if row.target_type == "assistant": pass', "def store_of(vector_store_id): ...", '"tool_resources"']
)
def test_it_sees_a_word_of_an_app(text: str) -> None:
    assert app_words(text) != []


def test_it_sees_a_circle() -> None:
    straight = {
        "site.a.one": "from site.b import two",
        "site.b.two": "from ..c import three",
        "site.c.three": "from . import four",
    }

    assert circle(rooms("site", straight)) == []
    assert set(circle(rooms("site", straight | {"site.c.four": "import site.a.one"}))) == {"a", "b", "c"}


def test_a_library_with_one_place_stays_there() -> None:
    strays = [
        f"{path} imports {name}"
        for path in MODULES
        for name in imports(path)
        for library, places in ONLY.items()
        if is_within(name, library) and not any(path.is_relative_to(place) for place in places)
    ]

    assert strays == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import dashboard.audit", "dashboard.audit"),
        ("from dashboard import audit", "dashboard.audit"),
        ("from . import keys", "dashboard.accounts.keys"),
        ("from ..audit import record", "dashboard.audit.record"),
        ("def late():\n    import httpx", "httpx"),
    ],
)
def test_it_sees_every_way_to_import(line: str, name: str) -> None:
    assert imported(line, package=["dashboard", "accounts"]) == [name]
