"""The official SDK of the days of version 1: no helpers, so a loop that looks again and again."""

import json
import sys
import time
from pathlib import Path

from openai import OpenAI

WEATHER = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
client = OpenAI()


def finished(run):
    while run.status in ("queued", "in_progress"):
        time.sleep(0.1)
        run = client.beta.threads.runs.retrieve(run.id, thread_id=run.thread_id)
    return run


def newest(run):
    assert run.status == "completed", run
    return client.beta.threads.messages.list(run.thread_id).data[0].content[0].text


def a_function():
    assistant = client.beta.assistants.create(model="gpt-4", tools=[WEATHER])
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "How warm is it in Rome?"}])
    run = finished(client.beta.threads.runs.create(thread.id, assistant_id=assistant.id))
    assert run.status == "requires_action", run
    outputs = [
        {"tool_call_id": call.id, "output": f"20 degrees in {json.loads(call.function.arguments)['city']}"}
        for call in run.required_action.submit_tool_outputs.tool_calls
    ]
    run = client.beta.threads.runs.submit_tool_outputs(run.id, thread_id=thread.id, tool_outputs=outputs)
    return newest(finished(run)).value


def a_file(path):
    file = client.files.create(file=path.open("rb"), purpose="assistants")
    assistant = client.beta.assistants.create(model="gpt-4", tools=[{"type": "retrieval"}], file_ids=[file.id])
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "What is Filip's favorite food?"}])
    text = newest(finished(client.beta.threads.runs.create(thread.id, assistant_id=assistant.id)))
    assert text.annotations[0].file_citation.file_id == file.id
    return text.value


if __name__ == "__main__":
    print(json.dumps({"function": a_function(), "file": a_file(Path(sys.argv[1]))}))
