"""OpenAI's Responses API with Conversations: Python, JavaScript and curl."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

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
from assistants_ui.handover.conversations import SCRIPT
from assistants_ui.handover.losses import changed, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import configuration
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import javascript, pretty
from assistants_ui.handover.verdicts import CODE

RULES = CODE | {
    "id": changed(gettext_lazy("There is no such object. The id stays in the code, as ASSISTANT_ID.")),
    "name": lost(gettext_lazy("There is no name. It stays in the code, as NAME.")),
    "description": lost(gettext_lazy("There is no description. It stays in the code, as DESCRIPTION.")),
    "instructions": kept(gettext_lazy("The same, byte for byte. They are sent with every request.")),
    "metadata": lost(gettext_lazy("There, metadata belongs to each answer and not to a configuration.")),
}

ANSWER = '''
def configuration():
    """What every request carries; instructions are not remembered from one request to the next."""
    return {**CONFIG, **({"instructions": INSTRUCTIONS} if INSTRUCTIONS else {})}


def answer(client, conversation_id, text):
    """Ask in this conversation, call the functions that the model asks for, and return its answer."""
    items = text
    while True:
        response = client.responses.create(**configuration(), conversation=conversation_id, input=items)
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            return response.output_text
        items = [
            {
                "type": "function_call_output",
                "call_id": call.call_id,
                "output": json.dumps(FUNCTIONS[call.name](**json.loads(call.arguments or "{}"))),
            }
            for call in calls
        ]


def main():
    client = OpenAI()
    conversation = client.conversations.create()
    print(answer(client, conversation.id, input("> ")))


if __name__ == "__main__":
    main()
'''

JAVASCRIPT_ANSWER = """
/** What every request carries; instructions are not remembered from one request to the next. */
export function configuration() {
  return INSTRUCTIONS ? { ...CONFIG, instructions: INSTRUCTIONS } : { ...CONFIG };
}

/** Ask in this conversation, call the functions that the model asks for, and return its answer. */
export async function answer(client, conversation, text) {
  let input = text;
  for (;;) {
    const response = await client.responses.create({ ...configuration(), conversation, input });
    const calls = response.output.filter((item) => item.type === "function_call");
    if (calls.length === 0) return response.output_text;
    input = await Promise.all(
      calls.map(async (call) => ({
        type: "function_call_output",
        call_id: call.call_id,
        output: JSON.stringify((await FUNCTIONS.get(call.name)(JSON.parse(call.arguments || "{}"))) ?? null),
      })),
    );
  }
}

// To try it: node --input-type=module -e 'import OpenAI from "openai"; import { answer } from "./responses.mjs";
//   const client = new OpenAI(); const { id } = await client.conversations.create();
//   console.log(await answer(client, id, "Hello"));'
"""

CURL = """#!/bin/sh
# Asks one question; the text is in request.json. Set OPENAI_API_KEY first.
curl "${OPENAI_BASE_URL:-https://api.openai.com/v1}/responses" \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H "Content-Type: application/json" \\
  --data-binary @"$(dirname "$0")/request.json"
"""


def config(source: Source, options: HandoverOptions) -> dict[str, object]:
    """With truncation as assistants had it: without it, a long conversation fails."""
    return {**configuration(source, options), "truncation": "auto"}


def build(source: Source, options: HandoverOptions) -> Files:
    body = config(source, options)
    python_file = (
        f'"""An assistant on the Responses API. Needs: {pip("openai")}"""\n\n'
        "import json\nfrom pathlib import Path\n\nfrom openai import OpenAI\n\n"
        f"{header(source)}{read_instructions(source)}{constant('CONFIG', body)}\n\n{stubs(source.functions)}\n{ANSWER}"
    )
    javascript_file = (
        f"// An assistant on the Responses API. Needs: {npm('openai')}\n"
        'import { readFileSync } from "node:fs";\n\n'
        f"{javascript_header(source)}{javascript_instructions(source)}"
        f"export const CONFIG = {javascript(body)};\n\n{javascript_stubs(source.functions)}{JAVASCRIPT_ANSWER}"
    )
    said = {"instructions": source.instructions} if source.instructions else {}
    request = {**body, **said, "input": "Hello"}
    files: Files = {
        "responses.py": python_file,
        "responses.mjs": javascript_file,
        "request.json": pretty(request),
        "request.sh": CURL,
        "threads_to_conversations.py": SCRIPT,
    }
    return with_instructions(source, files | store_script(source))


TARGET = HandoverTarget(
    name="responses",
    label="OpenAI Responses and Conversations",
    summary=gettext_lazy("Code in Python, JavaScript and curl; the official successor to the Assistants API."),
    rules=RULES,
    build=build,
)
