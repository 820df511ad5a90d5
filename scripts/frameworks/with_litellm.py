"""LiteLLM's calls of assistants."""

import json
import os
import sys
from pathlib import Path

import litellm
from openai import OpenAI

SERVER = {
    "custom_llm_provider": "openai",
    "api_base": os.environ["OPENAI_BASE_URL"],
    "api_key": os.environ["OPENAI_API_KEY"],
}
WEATHER = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
client = OpenAI()


def asked(question, **message):
    thread = litellm.create_thread(**SERVER)
    litellm.add_message(thread_id=thread.id, role="user", content=question, **message, **SERVER)
    return thread


def newest(thread):
    return litellm.get_messages(thread_id=thread.id, **SERVER).data[0].content[0].text.value


def a_function():
    assistant = litellm.create_assistants(model="gpt-4o", instructions="Answer.", tools=[WEATHER], **SERVER)
    thread = asked("How warm is it in Rome?")
    run = litellm.run_thread(thread_id=thread.id, assistant_id=assistant.id, **SERVER)
    assert run.status == "requires_action", run
    # LiteLLM has no call for the outputs.
    outputs = [
        {"tool_call_id": call.id, "output": f"20 degrees in {json.loads(call.function.arguments)['city']}"}
        for call in run.required_action.submit_tool_outputs.tool_calls
    ]
    client.beta.threads.runs.submit_tool_outputs_and_poll(run_id=run.id, thread_id=thread.id, tool_outputs=outputs)
    return newest(thread)


def a_file(path):
    file = client.files.create(file=path.open("rb"), purpose="assistants")
    assistant = litellm.create_assistants(model="gpt-4o", tools=[{"type": "file_search"}], **SERVER)
    attachments = [{"file_id": file.id, "tools": [{"type": "file_search"}]}]
    thread = asked("What is Filip's favorite food?", attachments=attachments)
    with litellm.run_thread_stream(thread_id=thread.id, assistant_id=assistant.id, **SERVER) as stream:
        stream.until_done()
    return newest(thread)


if __name__ == "__main__":
    print(json.dumps({"function": a_function(), "file": a_file(Path(sys.argv[1]))}))
