"""A prompt for Langfuse: the text is edited there, the rest travels in its config."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from assistants_ui.handover.losses import Rule, changed, kept
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import chat_function, model_of
from assistants_ui.handover.source import KINDS, Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import pretty
from assistants_ui.handover.verdicts import ORIGIN, literal_braces, metadata_as_text, same_model, strict_written

IN_CONFIG = kept(gettext_lazy("In the prompt's config. Your code reads it from there; Langfuse runs nothing."))
RULES: dict[str, Rule] = {
    **dict.fromkeys(KINDS, IN_CONFIG),
    "object": ORIGIN["object"],
    "created_at": ORIGIN["created_at"],
    "filled_in": ORIGIN["filled_in"],
    "name": kept(gettext_lazy("The prompt's name.")),
    "id": IN_CONFIG,
    "model": same_model,
    "instructions": literal_braces("Langfuse"),
    "function.strict": strict_written,
    "file_ids": changed(
        gettext_lazy("They stand in the config with the tools that read them; the ids are those of this server.")
    ),
    "metadata": metadata_as_text,
}

CREATE = '''"""Create a version of the prompt. Needs: pip install langfuse"""

import json
from pathlib import Path

HERE = Path(__file__).parent


def body():
    """The prompt to create; the text in instructions.md wins over the one in prompt.json."""
    prompt = json.loads((HERE / "prompt.json").read_bytes())
    instructions = HERE / "instructions.md"
    if instructions.exists():
        prompt["prompt"][0]["content"] = instructions.read_bytes().decode("utf-8")
    return prompt


if __name__ == "__main__":
    from langfuse import get_client

    client = get_client()
    client.create_prompt(**body())
    client.flush()
'''


def config(source: Source, options: HandoverOptions) -> dict[str, Any]:
    search, code = source.file_search, source.code_interpreter
    options_of_search = (
        {
            "vector_store_ids": list(search.store_ids),
            "file_ids": list(search.loose_files),
            "max_num_results": search.max_num_results,
            "ranker": search.ranker,
            "score_threshold": search.score_threshold,
        }
        if search
        else {}
    )
    found: dict[str, Any] = {
        "assistant_id": source.id,
        "description": source.description,
        "model": model_of(source, options),
        "temperature": source.temperature,
        "top_p": source.top_p,
        "reasoning_effort": source.effort,
        "response_format": source.format,
        "tools": [chat_function(function) for function in source.functions] or None,
        "file_search": {name: value for name, value in options_of_search.items() if value} if search else None,
        "code_interpreter": {"file_ids": list(code.file_ids)} if code else None,
        "metadata": source.metadata or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def build(source: Source, options: HandoverOptions) -> Files:
    prompt = {
        "name": source.title,
        "type": "chat",
        "prompt": [{"role": "system", "content": source.instructions}],
        "config": config(source, options),
        "labels": [],
        "commit_message": f"From assistant {source.id}" if source.id else "From an assistant",
    }
    return with_instructions(source, {"prompt.json": pretty(prompt), "create_prompt.py": CREATE})


TARGET = HandoverTarget(
    name="langfuse",
    label="Langfuse prompt",
    summary=gettext_lazy("The text with everything else in its config; for teams that edit prompts there."),
    rules=RULES,
    build=build,
    name_there=lambda source: source.title,
)
