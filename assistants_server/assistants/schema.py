"""What a client may send about an assistant, in both versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistants_client import strict_json
from assistants_server.http.errors import invalid
from assistants_server.http.validation import (
    ABSENT,
    FILE_ID,
    METADATA,
    Check,
    any_object,
    array,
    boolean,
    choice,
    fields,
    inside,
    integer,
    never_null,
    nullable,
    number,
    string,
    variants,
)
from assistants_server.vector_stores.schema import chunking
from dashboard.bounds import SCHEMA_CHARACTERS

NAME = r"[a-zA-Z0-9_-]+"
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


def _function(**extra: Check) -> Check:
    known = {"name": string(shortest=1, longest=64, pattern=NAME), "description": string(), "parameters": any_object}
    return fields(known | extra, required=("name",))


CODE_INTERPRETER = fields({"type": string()})
_WEIGHT = number(0, 1_000_000)
RANKING = fields(
    {
        "ranker": choice("auto", "default_2024_08_21"),
        "score_threshold": number(0, 1),
        # Null in the tools of every run, which code sends again as they are.
        "hybrid_search": fields({"embedding_weight": _WEIGHT, "text_weight": _WEIGHT}),
    },
    required=("score_threshold",),
)
FILE_SEARCH = fields(
    {"type": string(), "file_search": fields({"max_num_results": integer(1, 50), "ranking_options": RANKING})}
)
TOOLS_V2 = {
    "code_interpreter": CODE_INTERPRETER,
    "function": fields({"type": string(), "function": _function(strict=nullable(boolean))}, required=("function",)),
    "file_search": FILE_SEARCH,
}
TOOLS_V1 = {
    "code_interpreter": CODE_INTERPRETER,
    "retrieval": fields({"type": string()}),
    "function": fields({"type": string(), "function": _function()}, required=("function",)),
}


def tools(known: Mapping[str, Check], *, longest: int = 128) -> Check:
    """An array of the ``known`` kinds of tools.

    A tool that is named twice is kept once, in its first place and with the settings of both;
    two functions of one name that differ are refused, because only one of them could be called.
    """
    each = array(variants(known, name="an object"), longest=longest, name="an array of tools")

    def check(value: Any, path: str) -> Any:
        listed: list[dict[str, Any]] = each(value, path)
        kept: dict[tuple[str, str], dict[str, Any]] = {}
        for index, tool in enumerate(listed):
            key = (tool["type"], tool["function"]["name"] if tool["type"] == "function" else "")
            if key[1] and kept.get(key, tool) != tool:
                raise invalid(
                    f"Invalid '{path}': the function '{key[1]}' is listed more than once, and differently.",
                    param=f"{path}[{index}]",
                    code="invalid_value",
                )
            kept[key] = kept.get(key, {}) | tool
        return short(list(kept.values()), path)

    return check


def short(value: Any, path: str) -> Any:
    """The value, unless its JSON is longer than any page can show."""
    length = len(strict_json.dumps(value))
    if length > SCHEMA_CHARACTERS:
        raise invalid(
            f"Invalid '{path}': its JSON has {length} characters, and the longest that is stored has "
            f"{SCHEMA_CHARACTERS}.",
            param=path,
            code="string_above_max_length",
        )
    return value


RESPONSE_FORMATS = variants(
    {
        "text": fields({"type": string()}),
        "json_object": fields({"type": string()}),
        "json_schema": fields(
            {
                "type": string(),
                "json_schema": fields(
                    {
                        "name": string(shortest=1, longest=64, pattern=NAME),
                        "description": string(),
                        "schema": any_object,
                        "strict": nullable(boolean),
                    },
                    required=("name",),
                ),
            },
            required=("json_schema",),
        ),
    },
    name="an object",
)


def response_format(value: Any, path: str) -> Any:
    if value == "none":
        return ABSENT  # What the first months of v2 called the default.
    if isinstance(value, str):
        return choice("auto")(value, path)
    return short(RESPONSE_FORMATS(value, path), path)


NEW_STORE = fields({"file_ids": array(FILE_ID, longest=10_000), "chunking_strategy": chunking, "metadata": METADATA})


def _resources(**extra: Check) -> Check:
    file_search = {"vector_store_ids": array(FILE_ID, longest=1)} | extra
    each = fields(
        {
            "code_interpreter": fields({"file_ids": array(FILE_ID, longest=20)}),
            "file_search": fields(file_search),
        }
    )

    def check(value: Any, path: str) -> Any:
        resources = each(value, path)
        if not extra:
            # In a change, a part in which everything is null says nothing about what is there.
            resources = {key: part for key, part in resources.items() if part or not value[key]}
        if value and not resources:
            return ABSENT  # Every part is null, so nothing is said about any.
        if {"vector_store_ids", "vector_stores"} <= set(resources.get("file_search", {})):
            raise invalid(
                f"Invalid '{path}.file_search': give either 'vector_store_ids' or 'vector_stores', not both.",
                param=inside(path, "file_search"),
                code="invalid_value",
            )
        return resources

    return check


# What is made may bring the helper that makes its vector store; what is changed may not.
new_resources = _resources(vector_stores=array(NEW_STORE, longest=1))
resources = _resources()
COMMON: dict[str, Check] = {
    "name": nullable(string(longest=256)),
    "description": nullable(string(longest=512)),
    "model": never_null(string(shortest=1, longest=256)),
}
V1 = COMMON | {
    "instructions": nullable(string(longest=32_768)),
    "tools": never_null(tools(TOOLS_V1)),
    "file_ids": array(FILE_ID, longest=20),
    "metadata": nullable(METADATA),
}
V2 = COMMON | {
    "instructions": nullable(string(longest=256_000)),
    "tools": never_null(tools(TOOLS_V2)),
    "top_p": nullable(number(0, 1)),
    "temperature": nullable(number(0, 2)),
    "reasoning_effort": nullable(choice(*EFFORTS)),
    "tool_resources": nullable(resources),
    "metadata": nullable(METADATA),
    "response_format": nullable(response_format),
}
CREATE = {
    "v1": fields(V1, required=("model",)),
    "v2": fields(V2 | {"tool_resources": nullable(new_resources)}, required=("model",)),
}
UPDATE = {"v1": fields(V1), "v2": fields(V2)}
ATTACH = fields({"file_id": FILE_ID}, required=("file_id",))
