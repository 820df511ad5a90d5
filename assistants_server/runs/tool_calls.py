"""The calls of one turn: what is ours to do is done here, and the rest left to the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistants_server.models import Run
from assistants_server.runs import code_tool, search_tool
from assistants_server.runs.turns import CODE, SEARCH, KnownFiles, PendingCall, TurnWriter


def offered(run: Run) -> list[dict[str, Any]]:
    """What the model may call, as functions."""
    functions = [tool for tool in run.tools if tool["type"] == "function"]
    search = [search_tool.TOOL] if search_tool.is_wanted(run) else []
    return [*functions, *search, *([code_tool.TOOL] if code_tool.is_offered(run) else [])]


def notes(run: Run, tools: list[dict[str, Any]]) -> tuple[str, ...]:
    """What the model is told of the tools that are ours."""
    return (
        *((search_tool.NOTE,) if search_tool.TOOL in tools else ()),
        *((code_tool.note(run),) if code_tool.TOOL in tools else ()),
    )


def known_files(run: Run) -> KnownFiles:
    """What the next message may refer to."""
    return KnownFiles(
        marks=search_tool.known_marks(run),
        paths=code_tool.known_paths(run),
        file_of=lambda path: code_tool.file_of(run, path),
        images=code_tool.new_images(run),
    )


def answer_calls(
    run: Run, writing: TurnWriter, *, check: Callable[[], None], window: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the model asked each tool and was told, and what clients see of it; functions wait for theirs."""
    exchange: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    for called in writing.calls:
        item: dict[str, Any] = {"id": called.id, "name": called.name, "arguments": called.arguments, "result": ""}
        body = called.shown()
        if called.name == SEARCH:
            writing.show_begin(called)
            queries = search_tool.queries_of(called.arguments)
            most = min(search_tool.MOST_CHARACTERS, window)
            found = search_tool.run_search(run, called.id, queries, check=check, most=most)
            item |= {"result": found.text, "marks": found.marks}
            body = found.call
        elif called.name == CODE:
            body, more = _run_code(run, writing, called, check=check)
            item |= more
        exchange.append(item)
        shown.append(body)
    if writing.reasoning and exchange:
        exchange[0]["reasoning"] = writing.reasoning
    return exchange, shown


def _run_code(
    run: Run, writing: TurnWriter, called: PendingCall, *, check: Callable[[], None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    code = code_tool.code_of(called.arguments)
    writing.show_begin(called)
    writing.show_code(called, code=code)
    if not code_tool.is_offered(run):
        # Some models call what nobody offered them.
        return called.shown() | {CODE: {"input": code, "outputs": []}}, {"result": "There is no interpreter here."}
    ran = code_tool.run_code(run, code, check=check)
    writing.show_code(called, outputs=ran.outputs)
    body = called.shown() | {CODE: {"input": code, "outputs": ran.outputs}}
    return body, {"result": ran.text, "paths": ran.paths, "images": ran.images}
