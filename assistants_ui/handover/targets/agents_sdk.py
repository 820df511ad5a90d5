"""OpenAI's Agents SDK in Python and JavaScript."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.clients import npm, pip
from assistants_ui.handover.code import (
    constant,
    header,
    javascript_header,
    javascript_instructions,
    javascript_stubs,
    read_instructions,
    store_script,
    stubs,
)
from assistants_ui.handover.losses import Case, FieldVerdict, changed, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import effort, model_of, responses_tools, sampling
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import javascript
from assistants_ui.handover.verdicts import CODE, metadata_as_text, plain_instructions
from dashboard.lib.texts import sentences

# What ECMAScript calls white space.
BLANKS = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


def _metadata(case: Case) -> FieldVerdict:
    verdict = metadata_as_text(case)
    return changed(sentences(gettext("It goes onto each answer, because the agent itself has none."), verdict.sentence))


def blank(text: str) -> bool:
    """Whether JavaScript's ``trim`` leaves nothing of the text."""
    return not text.strip(BLANKS)


def _instructions(case: Case) -> FieldVerdict:
    if blank(case.source.instructions):
        return changed(gettext("It is only white space, which the SDK for JavaScript leaves out."))
    return plain_instructions(case)


RULES = CODE | {
    "id": changed(gettext_lazy("There is no such object. The id stays in the code, as ASSISTANT_ID.")),
    "name": kept(),
    "description": changed(gettext_lazy("Becomes handoff_description, which only other agents read.")),
    "instructions": _instructions,
    "schema.name": lost(
        gettext_lazy("The SDK for Python calls every schema final_output; the one for JavaScript keeps it.")
    ),
    "schema.description": lost(gettext_lazy("The SDK sends no description of the schema.")),
    "metadata": _metadata,
}

PYTHON = '''
class Schema(AgentOutputSchemaBase):
    """The stored schema exactly as it is; the model's answer is checked by the server and parsed here."""

    def is_plain_text(self):
        return False

    def name(self):
        return OUTPUT["name"]

    def json_schema(self):
        return OUTPUT["schema"]

    def is_strict_json_schema(self):
        return OUTPUT["strict"]

    def validate_json(self, json_str):
        return json.loads(json_str)


def tool_of(tool):
    """One tool of CONFIG as the SDK has it."""
    if tool["type"] == "file_search":
        options = {name: value for name, value in tool.items() if name != "type"}
        return FileSearchTool(**options)
    if tool["type"] == "code_interpreter":
        return CodeInterpreterTool(tool_config=tool)

    async def call(context, arguments):
        return json.dumps(FUNCTIONS[tool["name"]](**json.loads(arguments or "{}")))

    function = FunctionTool(
        name=tool["name"],
        description=tool.get("description", ""),
        params_json_schema=tool["parameters"],
        on_invoke_tool=call,
        strict_json_schema=False,
    )
    # Said afterwards, because the SDK would write a strict schema anew.
    function.strict_json_schema = tool["strict"]
    return function


def model():
    """The SDK takes what stands before a slash for the name of a provider; here it belongs to the model."""
    name = CONFIG["model"]
    return OpenAIProvider().get_model(name) if "/" in name else name


def make_agent():
    settings = dict(CONFIG["settings"])
    if "effort" in CONFIG:
        # Not checked, because the server may know an effort that this version of the client does not.
        settings["reasoning"] = Reasoning.construct(effort=CONFIG["effort"])
    return Agent(
        name=NAME or ASSISTANT_ID or "assistant",
        handoff_description=DESCRIPTION,
        instructions=INSTRUCTIONS or None,
        model=model(),
        model_settings=ModelSettings(**settings),
        tools=[tool_of(tool) for tool in CONFIG["tools"]],
        output_type=Schema() if OUTPUT else None,
    )


async def main():
    # conversation_id lets the server keep the items: one request a turn.
    conversation = await AsyncOpenAI().conversations.create()
    result = await Runner.run(make_agent(), input("> "), conversation_id=conversation.id)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())
'''

IMPORTS = """import asyncio
import json
from pathlib import Path

from agents import (
    Agent,
    AgentOutputSchemaBase,
    CodeInterpreterTool,
    FileSearchTool,
    FunctionTool,
    ModelSettings,
    OpenAIProvider,
    Runner,
)
from openai import AsyncOpenAI
from openai.types.shared import Reasoning

"""

JAVASCRIPT = """
function toolOf(tool) {
  if (tool.type === "file_search") {
    const { vector_store_ids: ids, max_num_results: maxNumResults, ranking_options: ranking } = tool;
    const rankingOptions = ranking && { ranker: ranking.ranker, scoreThreshold: ranking.score_threshold };
    return fileSearchTool(ids, { maxNumResults, ...(ranking ? { rankingOptions } : {}) });
  }
  if (tool.type === "code_interpreter") return codeInterpreterTool({ container: tool.container });
  const made = sdkTool({
    name: tool.name || "function",
    description: tool.description ?? "",
    parameters: tool.parameters,
    strict: tool.strict,
    execute: async (args) => JSON.stringify((await FUNCTIONS.get(tool.name)(args)) ?? null),
  });
  // Said afterwards, because the SDK would write an underscore for every hyphen.
  made.name = tool.name;
  return made;
}

export function makeAgent() {
  const { effort, model, tools, settings } = CONFIG;
  return new Agent({
    name: [NAME, ASSISTANT_ID].find((name) => name?.trim()) ?? "assistant",
    handoffDescription: DESCRIPTION ?? undefined,
    instructions: INSTRUCTIONS || undefined,
    model,
    modelSettings: { ...settings, ...(effort ? { reasoning: { effort } } : {}) },
    tools: tools.map(toolOf),
    ...(OUTPUT ? { outputType: { type: "json_schema", ...OUTPUT } } : {}),
  });
}

// To try it: node --input-type=module -e 'import { run } from "@openai/agents";
//   import { makeAgent } from "./agent.mjs"; console.log((await run(makeAgent(), "Hello")).finalOutput);'
"""


def settings_of(source: Source, options: HandoverOptions, *, camel: bool) -> dict[str, Any]:
    """The model settings; the JavaScript SDK has the same under other names."""
    top_p = "topP" if camel else "top_p"
    found: dict[str, Any] = {top_p if k == "top_p" else k: v for k, v in sampling(source, options).items()}
    found["truncation"] = "auto"
    if source.metadata:
        found["providerData" if camel else "metadata"] = {"metadata": source.metadata} if camel else source.metadata
    if source.format and not source.schema:
        text = {"text": {"format": source.format}}
        if camel:
            found["providerData"] = {**found.get("providerData", {}), **text}
        else:
            found["extra_body"] = text
    return found


def config(source: Source, options: HandoverOptions, *, camel: bool = False) -> dict[str, Any]:
    reasoning = effort(source, options)
    return {
        "model": model_of(source, options),
        **({"effort": reasoning} if reasoning else {}),
        "settings": settings_of(source, options, camel=camel),
        "tools": responses_tools(source),
    }


def output(source: Source) -> dict[str, Any] | None:
    schema = source.schema
    return {"name": schema["name"], "schema": schema["schema"], "strict": schema["strict"]} if schema else None


def build(source: Source, options: HandoverOptions) -> Files:
    python_file = (
        f'"""An assistant on the OpenAI Agents SDK. Needs: {pip("openai-agents")}"""\n\n'
        f"{IMPORTS}{header(source)}{read_instructions(source)}{constant('CONFIG', config(source, options))}"
        f"{constant('OUTPUT', output(source))}\n\n{stubs(source.functions)}\n{PYTHON}"
    )
    javascript_file = (
        f"// An assistant on the OpenAI Agents SDK. Needs: {npm('@openai/agents')}\n"
        'import { readFileSync } from "node:fs";\n'
        'import { Agent, codeInterpreterTool, fileSearchTool, tool as sdkTool } from "@openai/agents";\n\n'
        f"{javascript_header(source)}{javascript_instructions(source)}"
        f"export const CONFIG = {javascript(config(source, options, camel=True))};\n"
        f"export const OUTPUT = {javascript(output(source))};\n\n{javascript_stubs(source.functions)}{JAVASCRIPT}"
    )
    files: Files = {"agent.py": python_file, "agent.mjs": javascript_file}
    return with_instructions(source, files | store_script(source))


TARGET = HandoverTarget(
    name="agents-sdk",
    label="OpenAI Agents SDK",
    summary=gettext_lazy("Code in Python and JavaScript that runs the functions by itself."),
    rules=RULES,
    build=build,
)
