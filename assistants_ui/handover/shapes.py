"""The configuration of an assistant in the shapes of the Responses API, which several targets share."""

from __future__ import annotations

from typing import Any

from assistants_ui.handover.model_facts import drops_sampling, effort_to_send
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.source import Function, Source


def model_of(source: Source, options: HandoverOptions) -> str:
    """The model's name at the target: the one that a person mapped it to, or the same."""
    return options.models.get(source.model) or source.model


def sampling(source: Source, options: HandoverOptions) -> dict[str, float]:
    """``temperature`` and ``top_p``, unless the model would refuse them."""
    if drops_sampling(model_of(source, options), source.effort):
        return {}
    pairs = {"temperature": source.temperature, "top_p": source.top_p}
    return {name: value for name, value in pairs.items() if value is not None}


def effort(source: Source, options: HandoverOptions) -> str | None:
    return effort_to_send(model_of(source, options), source.effort)


def function_tool(function: Function) -> dict[str, Any]:
    """``strict`` is always written: absent means false for assistants and true for responses."""
    described = {"description": function.description} if function.description else {}
    return {
        "type": "function",
        "name": function.name,
        **described,
        "parameters": function.parameters,
        "strict": function.strict,
    }


def chat_function(function: Function) -> dict[str, Any]:
    """A function as Chat Completions and Assistants nest it."""
    return {"type": "function", "function": {k: v for k, v in function_tool(function).items() if k != "type"}}


def metadata_with(source: Source, **more: str | None) -> dict[str, str]:
    """The metadata, and what else is to stand there where there is room: sixteen pairs of 512 characters."""
    found = dict(source.metadata)
    for key, value in more.items():
        if value and len(value) <= 512 and len(found) < 16:
            found.setdefault(key, value)
    return found


def most_results(source: Source) -> int:
    """How many passages file search gives; what assistants took by default is written out."""
    if source.file_search and source.file_search.max_num_results is not None:
        return source.file_search.max_num_results
    return 5 if source.model.startswith("gpt-3.5") else 20


def search_tool(source: Source) -> dict[str, Any] | None:
    """None when there is no vector store to look in: the tool would be refused."""
    search = source.file_search
    if search is None or not search.store_ids:
        return None
    tool: dict[str, Any] = {
        "type": "file_search",
        "vector_store_ids": list(search.store_ids),
        "max_num_results": most_results(source),
    }
    ranking: dict[str, Any] = {}
    if search.ranker is not None:
        ranking["ranker"] = "auto" if search.ranker == "auto" else "default-2024-11-15"
    if search.score_threshold is not None:
        ranking["score_threshold"] = search.score_threshold
    return tool | ({"ranking_options": ranking} if ranking else {})


def code_tool(source: Source) -> dict[str, Any] | None:
    if source.code_interpreter is None:
        return None
    files = list(source.code_interpreter.file_ids)
    return {"type": "code_interpreter", "container": {"type": "auto", **({"file_ids": files} if files else {})}}


def responses_tools(source: Source) -> list[dict[str, Any]]:
    built_in = [tool for tool in (search_tool(source), code_tool(source)) if tool]
    return [*built_in, *map(function_tool, source.functions)]


def text_format(source: Source) -> dict[str, Any] | None:
    """The response format, one level flatter than assistants have it."""
    if source.format is None:
        return None
    return {"type": "json_schema", **source.schema} if source.schema else source.format


def configuration(source: Source, options: HandoverOptions) -> dict[str, Any]:
    """Everything that a request to the Responses API carries, but for instructions and input."""
    reasoning = effort(source, options)
    shape = text_format(source)
    tools = responses_tools(source)
    return {
        "model": model_of(source, options),
        **sampling(source, options),
        **({"reasoning": {"effort": reasoning}} if reasoning else {}),
        **({"tools": tools} if tools else {}),
        **({"text": {"format": shape}} if shape else {}),
    }
