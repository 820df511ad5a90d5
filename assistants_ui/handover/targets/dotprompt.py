"""A Dotprompt file: the text, the model and a few settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.losses import Case, FieldVerdict, changed, decide, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import effort, model_of, sampling
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import VARIABLE, pretty, slug_of
from assistants_ui.handover.verdicts import OPENAI, to_each

NO_FIELD = lost(gettext_lazy("The format has no such field."))
NO_FILES = lost(
    gettext_lazy("The format knows no files."), gettext_lazy("Give the files to the program that runs the prompt")
)
MARKER = "<<<dotprompt:"
# A name that no instructions use.
QUESTION = "question"
# What readers of YAML take for a key, and what the format takes for the type of a JSON schema.
LONGEST_KEY = 1000
TYPES = ("string", "boolean", "null", "number", "integer", "any", "object", "array")


def _instructions(case: Case) -> FieldVerdict:
    if not VARIABLE.search(case.source.instructions):
        return kept(gettext("The same, byte for byte."))
    match case.options.variables:
        case None:
            return decide(
                gettext("Every {{ is escaped, so that {{…}} stays plain text."),
                gettext("Decide whether {{…}} in the instructions is a variable or plain text"),
            )
        case True:
            return changed(gettext("{{…}} is filled in when the prompt is run, with what the program gives."))
    return kept(gettext("The same for the model; in the file every {{ is escaped."))


def refuses(source: Source) -> str:
    """What no escaping can bring through the format."""
    text = source.instructions
    if MARKER in text:
        return gettext(
            "The instructions hold “%(marker)s…”, which the format takes for a command and offers no way to escape."
        ) % {"marker": MARKER}
    if "\x00" in text:
        return gettext("The instructions hold the character U+0000, which programs that read the format refuse.")
    if "\\{{" in text:
        return gettext("The instructions hold a backslash before {{, which the format offers no way to escape.")
    if text.endswith(("{", "\\")):
        return gettext("The instructions end with “%(character)s”, which the format would join to what follows.") % {
            "character": text[-1]
        }
    if text and not text.strip():
        return gettext("The instructions are only white space, which the format leaves out.")
    if any(len(json.dumps(key)) > LONGEST_KEY for key in _keys(front_matter(source, HandoverOptions()))):
        return gettext("A name in the schema or the metadata is longer than readers of the format take.")
    return ""


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(inner)


def output_schema(source: Source) -> dict[str, Any]:
    """The answer's schema as far as the format takes it for one: without a type it is a notation of its own."""
    schema = source.schema["schema"] if source.schema else {}
    if schema.get("type") in TYPES:
        return schema
    return {**schema, "type": "object"} if isinstance(schema.get("properties"), dict) else {}


def _schema(case: Case) -> FieldVerdict:
    written = output_schema(case.source)
    if written == case.field.value:
        return kept(gettext("As the output's schema."))
    if written:
        return changed(gettext("As the output's schema, with the type that it lacks."))
    return lost(gettext("It has no type, so the format would read it as a notation of its own; it is not written."))


RULES = OPENAI | {
    "id": changed(gettext_lazy("Stands under ext.")),
    "name": changed(gettext_lazy("Becomes a short name; the whole name stands under ext.")),
    "description": kept(),
    "instructions": _instructions,
    "format": kept(gettext_lazy("As the output's format.")),
    "schema.name": NO_FIELD,
    "schema.description": NO_FIELD,
    "schema.schema": _schema,
    "schema.strict": NO_FIELD,
    "function": changed(
        gettext_lazy("The file names it; the program that runs the prompt defines it. tools.json has the schemas.")
    ),
    "function.name": to_each(gettext_lazy("Define the function in the program that runs the prompt")),
    "function.description": changed(gettext_lazy("Stands in tools.json.")),
    "function.parameters": changed(gettext_lazy("Stand in tools.json.")),
    "function.strict": changed(gettext_lazy("Stands in tools.json, written out.")),
    "file_search": NO_FILES,
    "max_num_results": NO_FILES,
    "ranker": NO_FILES,
    "score_threshold": NO_FILES,
    "stores": NO_FILES,
    "file_ids": NO_FILES,
    "code_interpreter": lost(gettext_lazy("The format has no code interpreter.")),
    "code_files": NO_FILES,
    "metadata": kept(gettext_lazy("Under ext.")),
}


def front_matter(source: Source, options: HandoverOptions) -> dict[str, Any]:
    settings: dict[str, Any] = dict(sampling(source, options))
    if reasoning := effort(source, options):
        settings["reasoning_effort"] = reasoning
    output: dict[str, Any] = {}
    if source.format:
        output = {"format": "text" if source.format["type"] == "text" else "json"}
    if schema := output_schema(source):
        output["schema"] = schema
    names = {QUESTION: "string"}
    if options.variables:
        names |= {name: "string" for name in VARIABLE.findall(source.instructions) if name}
    found = {
        "name": slug_of(source),
        "description": source.description,
        "model": f"openai/{model_of(source, options)}",
        "config": settings,
        "tools": [function.name for function in source.functions],
        "input": {"schema": names},
        "output": output,
        "ext": {"assistant": {"id": source.id, "name": source.name, "metadata": source.metadata}},
    }
    return {name: value for name, value in found.items() if value}


def build(source: Source, options: HandoverOptions) -> Files:
    # JSON is YAML, with every name and text quoted.
    lines = [f"{name}: {json.dumps(value)}" for name, value in front_matter(source, options).items()]
    text = source.instructions if options.variables else source.instructions.replace("{{", "\\{{")
    body = f'{{{{role "system"}}}}{text}' if text else ""
    prompt = "\n".join(["---", *lines, "---", f'{body}{{{{role "user"}}}}{{{{{QUESTION}}}}}']) + "\n"
    files: Files = {f"{slug_of(source)}.prompt": prompt}
    if source.functions:
        tools = [
            {
                "name": one.name,
                "description": one.description,
                "input": {"schema": one.parameters},
                "strict": one.strict,
            }
            for one in source.functions
        ]
        files["tools.json"] = pretty(tools)
    return with_instructions(source, files)


TARGET = HandoverTarget(
    name="dotprompt",
    label="Dotprompt",
    summary=gettext_lazy("One file for Genkit and others; for teams that only want the text."),
    rules=RULES,
    build=build,
    name_there=slug_of,
    refuses=refuses,
)
