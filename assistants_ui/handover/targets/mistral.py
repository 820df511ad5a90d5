"""The agents of Mistral: nearly the same shape, with versions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.hosted import hosted_files
from assistants_ui.handover.losses import Case, FieldVerdict, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import chat_function, metadata_with, model_of
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget
from assistants_ui.handover.verdicts import (
    AGENT_ID,
    HOSTED,
    in_metadata,
    metadata_as_text,
    other_model,
    plain_instructions,
    strict_written,
)

NO_SEARCH = lost(gettext_lazy("The document library has no such setting."))
LIBRARY = gettext_lazy("Upload the files to a Mistral document library and add it to the agent")

# Those that the official client sends; others it leaves out without a word.
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


def _effort(case: Case) -> FieldVerdict:
    if case.source.effort not in EFFORTS:
        return lost(gettext("“%(effort)s” has no equal there.") % {"effort": case.source.effort})
    model = model_of(case.source, case.options)
    return kept(gettext("The same, if %(model)s takes it.") % {"model": model})


def metadata(source: Source) -> dict[str, str]:
    return metadata_with(source, assistant_id=source.id)


RULES = HOSTED | {
    "id": in_metadata(metadata, "assistant_id", AGENT_ID),
    "name": kept(),
    "description": kept(),
    "model": other_model("Mistral"),
    "instructions": plain_instructions,
    "reasoning_effort": _effort,
    "schema.strict": kept(gettext_lazy("Written out.")),
    "function.strict": strict_written,
    "file_search": lost(gettext_lazy("Becomes a document library, which holds files of its own."), LIBRARY),
    "max_num_results": NO_SEARCH,
    "ranker": NO_SEARCH,
    "score_threshold": NO_SEARCH,
    "stores": lost(gettext_lazy("The ids are those of this server."), LIBRARY),
    "file_ids": lost(gettext_lazy("The ids are those of this server."), LIBRARY),
    "code_interpreter": kept(),
    "code_files": lost(gettext_lazy("The code interpreter takes no files there.")),
    "metadata": metadata_as_text,
}


def completion_args(source: Source) -> dict[str, Any]:
    pairs = {
        "temperature": source.temperature,
        "top_p": source.top_p,
        "reasoning_effort": source.effort if source.effort in EFFORTS else None,
        "response_format": source.format,
    }
    return {name: value for name, value in pairs.items() if value is not None}


def build(source: Source, options: HandoverOptions) -> Files:
    tools = [
        *([{"type": "code_interpreter"}] if source.code_interpreter else []),
        *map(chat_function, source.functions),
    ]
    arguments = completion_args(source)
    body: dict[str, Any] = {
        "model": model_of(source, options),
        "name": source.title,
        **({"description": source.description} if source.description else {}),
        **({"instructions": source.instructions} if source.instructions else {}),
        **({"tools": tools} if tools else {}),
        **({"completion_args": arguments} if arguments else {}),
        "metadata": metadata(source),
    }
    client = (
        'import os\n\nfrom mistralai.client import Mistral\n\nclient = Mistral(api_key=os.environ["MISTRAL_API_KEY"])'
    )
    return hosted_files(source, body, package="mistralai", text_field="instructions", client=client)


TARGET = HandoverTarget(
    name="mistral",
    label="Mistral agents",
    summary=gettext_lazy("Nearly the same shape, with versions and aliases."),
    rules=RULES,
    build=build,
)
