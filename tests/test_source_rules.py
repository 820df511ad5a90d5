"""Rules for how the source is written, whichever folder it is in."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

from tests.source import MODULES, SOURCES, nodes, source


def test_no_view_catches_an_exception() -> None:
    catches = [
        f"{path}:{node.lineno}"
        for path in MODULES
        if "views" in path.parts or path.name == "views.py"
        for node in nodes(source(path))
        if isinstance(node, ast.ExceptHandler)
    ]

    assert catches == []


def test_no_response_is_cached() -> None:
    assert [path for path in MODULES if "cache_page" in source(path) or "CacheMiddleware" in source(path)] == []


# Django looks a command up by this name.
GIVEN_BY_DJANGO = {"Command"}
# What the wire calls an object, so do the client's type and the embedded server's table; no module sees both.
WIRE_OBJECTS = {
    "Assistant",
    "AssistantFile",
    "File",
    "Message",
    "Run",
    "RunStep",
    "Thread",
    "Upload",
    "UploadPart",
    "VectorStore",
}


def test_no_class_name_is_defined_twice() -> None:
    names = Counter(
        node.name for text in SOURCES.values() for node in ast.parse(text).body if isinstance(node, ast.ClassDef)
    )

    assert {name for name, count in names.items() if count > 1} - GIVEN_BY_DJANGO - WIRE_OBJECTS == set()
    assert all(names[name] <= 2 for name in WIRE_OBJECTS)


# Functions that may be longer than 40 lines, each with its reason.
LONG = {
    "assistants_client.calls.threads.runs.create": "each parameter of the protocol twice",
    "assistants_server.audit_log.register": "a table of actions",
    "assistants_ui.audit_log.registration._register_actions": "a table of actions",
    "assistants_ui.service.gateway.write": "what is recorded before and after a change should be read at once",
    "dashboard.accounts.audit_log.register": "a table of actions",
    "dashboard.audit.record.operations.operation": "what is recorded before and after an act should be read at once",
}


def long_functions(sources: Mapping[str, str]) -> set[str]:
    return {
        f"{module}.{node.name}"
        for module, text in sources.items()
        for node in nodes(text)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 40
    }


def test_every_function_is_at_most_40_lines() -> None:
    assert long_functions(SOURCES) == set(LONG), "Split it, or give the reason in LONG."


def test_it_sees_a_long_function() -> None:
    just_right = "def short():\n" + "    pass\n" * 39

    assert long_functions({"site": just_right}) == set()
    assert long_functions({"site": just_right + "    pass\n"}) == {"site.short"}
