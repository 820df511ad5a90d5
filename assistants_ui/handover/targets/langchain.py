"""LangChain: an agent in Python that speaks the Responses API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from assistants_ui.handover.clients import pip
from assistants_ui.handover.code import constant, header, read_instructions, store_script, stubs
from assistants_ui.handover.losses import changed, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import effort, model_of, responses_tools, sampling
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import slug_of
from assistants_ui.handover.verdicts import CODE

RULES = CODE | {
    "id": changed(gettext_lazy("There is no such object. The id stays in the code, as ASSISTANT_ID.")),
    "name": changed(gettext_lazy("Becomes a short name of ASCII letters; the whole name stays in the code, as NAME.")),
    "description": lost(gettext_lazy("There is no description. It stays in the code, as DESCRIPTION.")),
    "instructions": kept(gettext_lazy("The same, byte for byte. They are sent as a system message.")),
    "schema.description": lost(gettext_lazy("LangChain sends no description of the schema.")),
    "schema.name": changed(gettext_lazy("Becomes the title of the schema.")),
    "metadata": lost(gettext_lazy("There is no metadata.")),
}

PYTHON = '''

def make_model():
    return ChatOpenAI(use_responses_api=True, **MODEL)


def make_agent():
    """Functions go as they are stored, so that strict is kept; the middleware runs those that are asked for."""
    schema = ProviderStrategy(OUTPUT["schema"], strict=OUTPUT["strict"]) if OUTPUT else None
    return create_agent(
        make_model(),
        tools=TOOLS,
        system_prompt=INSTRUCTIONS or None,
        response_format=schema,
        middleware=[run_functions],
        name=AGENT_NAME,
    )


@wrap_tool_call
def run_functions(request, handler):
    call = request.tool_call
    if call["name"] not in FUNCTIONS:
        return handler(request)
    result = json.dumps(FUNCTIONS[call["name"]](**call["args"]))
    return ToolMessage(result, tool_call_id=call["id"], name=call["name"])


if __name__ == "__main__":
    answer = make_agent().invoke({"messages": [{"role": "user", "content": input("> ")}]})
    print(answer["messages"][-1].text)
'''

IMPORTS = """import json
from pathlib import Path

from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain.agents.structured_output import ProviderStrategy
from langchain.messages import ToolMessage
from langchain_openai import ChatOpenAI

"""


def build(source: Source, options: HandoverOptions) -> Files:
    reasoning = effort(source, options)
    model: dict[str, Any] = {
        "model": model_of(source, options),
        **sampling(source, options),
        **({"reasoning": {"effort": reasoning}} if reasoning else {}),
        "truncation": "auto",
    }
    if source.format and not source.schema:
        model["model_kwargs"] = {"text": {"format": source.format}}
    schema = source.schema
    output = {"schema": {**schema["schema"], "title": schema["name"]}, "strict": schema["strict"]} if schema else None
    code = (
        f'"""An assistant on LangChain. Needs: {pip("langchain", "langchain-openai")}"""\n\n'
        f"{IMPORTS}{header(source)}{read_instructions(source)}"
        f"{constant('AGENT_NAME', slug_of(source).replace('-', '_'))}{constant('MODEL', model)}"
        f"{constant('TOOLS', responses_tools(source))}{constant('OUTPUT', output)}\n\n{stubs(source.functions)}{PYTHON}"
    )
    return with_instructions(source, {"agent.py": code, **store_script(source)})


TARGET = HandoverTarget(
    name="langchain",
    label="LangChain",
    summary=gettext_lazy("Code in Python; threads become checkpoints of your own."),
    rules=RULES,
    build=build,
)
