"""What a client may send about runs, in both versions."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from assistants_server.assistants.schema import EFFORTS, NAME, TOOLS_V1, TOOLS_V2, resources, response_format, tools
from assistants_server.http.errors import invalid
from assistants_server.http.validation import (
    FILE_ID,
    METADATA,
    Check,
    array,
    boolean,
    choice,
    fields,
    integer,
    number,
    string,
    variants,
    wrong_type,
)
from assistants_server.threads.schema import CREATE as NEW_THREAD
from assistants_server.threads.schema import MESSAGE

MOST_TOOLS = 20
MOST_TOKENS = 10_000_000
CONTENT = "step_details.tool_calls[*].file_search.results[*].content"
_CHOICES = variants(
    {
        "function": fields(
            {"type": string(), "function": fields({"name": string(shortest=1, pattern=NAME)}, required=("name",))},
            required=("function",),
        ),
        "file_search": fields({"type": string()}),
        "code_interpreter": fields({"type": string()}),
    },
    name="an object",
)

# What a run can be given besides its model, instructions and tools, with the defaults. Version 1 shows none of it.
PARAMETERS: dict[str, Any] = {
    "tool_resources": {},
    "temperature": 1.0,
    "top_p": 1.0,
    "reasoning_effort": None,
    "max_completion_tokens": None,
    "max_prompt_tokens": None,
    "truncation_strategy": {"type": "auto", "last_messages": None},
    "response_format": "auto",
    "tool_choice": "auto",
    "parallel_tool_calls": True,
}


def tool_choice(value: Any, path: str) -> Any:
    if isinstance(value, str):
        return choice("none", "auto", "required")(value, path)
    return _CHOICES(value, path)


_TRUNCATION = fields(
    {"type": choice("auto", "last_messages"), "last_messages": integer(1, 100_000)},
    required=("type",),
)


def truncation(value: Any, path: str) -> dict[str, Any]:
    checked = _TRUNCATION(value, path)
    if checked["type"] == "last_messages" and "last_messages" not in checked:
        where = f"{path}.last_messages"
        raise invalid(f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")
    return {"type": checked["type"], "last_messages": checked.get("last_messages")}


def _known(version: str) -> dict[str, Check]:
    kinds = TOOLS_V1 if version == "v1" else TOOLS_V2
    both: dict[str, Check] = {
        "assistant_id": string(shortest=1, longest=128),
        "model": string(shortest=1, longest=256),
        "instructions": string(longest=256_000),
        "tools": tools(kinds, longest=MOST_TOOLS),
        "metadata": METADATA,
        "temperature": number(0, 2),
        "stream": boolean,
    }
    if version == "v1":
        return both
    return both | {
        "top_p": number(0, 1),
        # The hosted service came to ask for 256 at least, and took less for years.
        "max_prompt_tokens": integer(1, MOST_TOKENS),
        "max_completion_tokens": integer(1, MOST_TOKENS),
        "truncation_strategy": truncation,
        "tool_choice": tool_choice,
        "parallel_tool_calls": boolean,
        "response_format": response_format,
    }


def _create(version: str) -> Check:
    more: dict[str, Check] = {
        "additional_instructions": string(longest=256_000),
        "additional_messages": array(MESSAGE[version], longest=10_000),
    }
    if version == "v2":
        more["reasoning_effort"] = choice(*EFFORTS)
    return fields(_known(version) | more, required=("assistant_id",))


def _create_with_thread(version: str) -> Check:
    more: dict[str, Check] = {"thread": NEW_THREAD[version]}
    if version == "v2":
        more["tool_resources"] = resources
    return fields(_known(version) | more, required=("assistant_id",))


CREATE = {version: _create(version) for version in ("v1", "v2")}
CREATE_WITH_THREAD = {version: _create_with_thread(version) for version in ("v1", "v2")}
UPDATE = fields({"metadata": METADATA})


def output(value: Any, path: str) -> dict[str, Any]:
    """Keys that are not known here are left out, as the hosted API did."""
    if not isinstance(value, dict):
        raise wrong_type(path, expected="an object", value=value)
    value = {key: item for key, item in value.items() if key in ("tool_call_id", "output") and item is not None}
    checked = fields({"tool_call_id": FILE_ID, "output": string(longest=2_000_000)}, required=("tool_call_id",))(
        value, path
    )
    return {"tool_call_id": checked["tool_call_id"], "output": checked.get("output", "")}


SUBMIT = fields({"tool_outputs": array(output, longest=512), "stream": boolean}, required=("tool_outputs",))


def wants_content(query: QueryDict) -> bool:
    """Whether ``include[]`` asks for the texts that searches found; raises a 400 for anything else."""
    asked = [*query.getlist("include[]"), *query.getlist("include")]
    for value in asked:
        if value != CONTENT:
            raise invalid(
                f"Invalid value: '{value[:64]}'. Supported values are: '{CONTENT}'.",
                param="include[0]",
                code="invalid_value",
            )
    return bool(asked)
