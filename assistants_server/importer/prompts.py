"""Prompts that were saved elsewhere, as the assistants they amount to.

Read are the JSON of a reusable prompt of the hosted dashboard, the parameters of a call of
``responses.create`` (as its code snippets show them), a prompt of Langfuse, and what OGX lists.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext_lazy

from dashboard.lib.texts import StrOrPromise, filled_later

HOSTED = "pmpt_"
SAID_BEFORE = ("system", "developer")
VARIABLES_STAY = gettext_lazy(
    "instructions: {{variables}} stay as they are written; an assistant does not fill them in"
)
WAS_NAMED = gettext_lazy("it was a prompt (%(name)s) and becomes an assistant")
WAS_A_PROMPT = gettext_lazy("it was a prompt and becomes an assistant")


def looks_like_prompt(value: dict[str, Any]) -> bool:
    """Whether this is a prompt in one of the shapes above."""
    if value.get("object") == "prompt" or str(value.get("id", "")).startswith(HOSTED) or "prompt_id" in value:
        return True
    is_langfuse = (
        "prompt" in value and isinstance(value.get("name"), str) and isinstance(value.get("prompt"), str | list)
    )
    is_call = isinstance(value.get("model"), str) and isinstance(value.get("input", value.get("messages")), list)
    names_one = isinstance(value.get("prompt"), dict) and str(value["prompt"].get("id", "")).startswith(HOSTED)
    return is_langfuse or is_call or names_one


def name_of(value: dict[str, Any]) -> str:
    """The id of the prompt, or of the one that a call names; empty without one."""
    inner = value.get("prompt")
    named = inner.get("id") if isinstance(inner, dict) else None
    return str(named or value.get("id") or value.get("prompt_id") or value.get("name") or "")


def is_only_named(value: dict[str, Any]) -> bool:
    """Whether the prompt itself is elsewhere, as in a call that passes its id."""
    inner = value.get("prompt")
    return isinstance(inner, dict) and not instructions_of(inner) and not instructions_of(value | {"prompt": None})


def as_assistant(value: dict[str, Any], notes: list[StrOrPromise]) -> dict[str, Any]:
    """The assistant that answers as the prompt did, under an id that is always the same for the same prompt."""
    if isinstance(value.get("prompt"), dict):
        value = value["prompt"] | {key: item for key, item in value.items() if key != "prompt"}
    config = value.get("config")
    source: dict[str, Any] = {**(config if isinstance(config, dict) else {}), **value}
    prompt_id = str(source.get("id") or source.get("prompt_id") or source.get("name") or "")
    text = instructions_of(source)
    version = source.get("version")
    name = source.get("name") or source.get("title") or (prompt_id and f"Prompt {prompt_id}") or None
    made: dict[str, Any] = {
        "id": assistant_id_of(prompt_id or text),
        "object": "assistant",
        "name": str(name)[:256] if name else None,
        "instructions": text or None,
        "metadata": {
            key: str(item)[:512]
            for key, item in (("prompt_id", prompt_id), ("prompt_version", version))
            if item not in (None, "")
        },
    }
    made |= {
        key: source[key] for key in ("model", "description", "temperature", "top_p") if source.get(key) is not None
    }
    made |= _settings(source)
    made |= _tools(source)
    if isinstance(source.get("created_at"), int | float):
        made["created_at"] = source["created_at"]
    if "{{" in text:
        notes.append(VARIABLES_STAY)
    notes.append(filled_later(WAS_NAMED, name=prompt_id) if prompt_id else WAS_A_PROMPT)
    return made


def assistant_id_of(name: str) -> str:
    """The id of a prompt's assistant: an import that is made twice finds its first one again."""
    return f"asst_{hashlib.sha256(name.encode()).hexdigest()[:24]}"


def instructions_of(source: dict[str, Any]) -> str:
    """What the prompt says before anybody asks: its instructions, or its system and developer messages."""
    given = source.get("instructions")
    if isinstance(given, str) and given:
        return given
    for key in ("prompt", "messages", "input", "content"):
        messages = source.get(key)
        if isinstance(messages, str):
            return messages
        if isinstance(messages, list):
            said = [_text(message) for message in messages if _is_said_before(message)]
            return "\n\n".join(text for text in said if text)
    return ""


def _is_said_before(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") in SAID_BEFORE


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def _settings(source: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    reasoning = source.get("reasoning")
    if isinstance(reasoning, dict) and reasoning.get("effort"):
        found["reasoning_effort"] = reasoning["effort"]
    text = source.get("text")
    shape = text.get("format") if isinstance(text, dict) else source.get("response_format")
    if isinstance(shape, dict) and shape.get("type") == "json_schema" and "json_schema" not in shape:
        inner = {key: item for key, item in shape.items() if key != "type"}
        found["response_format"] = {"type": "json_schema", "json_schema": inner}
    elif shape is not None:
        found["response_format"] = shape
    return found


def _tools(source: dict[str, Any]) -> dict[str, Any]:
    tools = source.get("tools")
    if not isinstance(tools, list):
        return {}
    made: list[Any] = []
    stores: list[Any] = []
    for tool in tools:
        match tool:
            case {"type": "function", "name": str()}:
                made.append({"type": "function", "function": {key: tool[key] for key in tool if key != "type"}})
            case {"type": "file_search"} if "file_search" not in tool:
                stores += tool.get("vector_store_ids") or []
                options = {key: tool[key] for key in ("max_num_results", "ranking_options") if tool.get(key)}
                made.append({"type": "file_search"} | ({"file_search": options} if options else {}))
            case {"type": "code_interpreter"}:
                made.append({"type": "code_interpreter"})
            case _:
                made.append(tool)
    resources = {"tool_resources": {"file_search": {"vector_store_ids": stores[:1]}}} if stores else {}
    return {"tools": made} | resources
