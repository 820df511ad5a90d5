"""The official SDK since version 2 of the protocol: the documentation's complete example, its twins and helpers."""

import asyncio
import json
import os
import sys
from pathlib import Path

from openai import AssistantEventHandler, AsyncOpenAI, OpenAI

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
client = OpenAI()


def the_documentations_example():
    assistant = client.beta.assistants.create(
        name="Math Tutor",
        instructions="You are a personal math tutor. Write and run code to answer math questions.",
        tools=[{"type": "code_interpreter"}],
        model="gpt-4o",
    )
    thread = client.beta.threads.create()
    client.beta.threads.messages.create(
        thread_id=thread.id, role="user", content="I need to solve the equation `3x + 11 = 14`. Can you help me?"
    )
    run = client.beta.threads.runs.create_and_poll(
        thread_id=thread.id,
        assistant_id=assistant.id,
        instructions="Please address the user as Jane Doe. The user has a premium account.",
    )
    assert run.status == "completed", run.last_error
    messages = client.beta.threads.messages.list(thread_id=thread.id)
    assert [message.role for message in messages.data] == ["assistant", "user"]
    return messages.data[0].content[0].text.value


class Outputs(AssistantEventHandler):
    """Submits what the functions gave, while the first stream is still open."""

    text = ""

    def on_event(self, event):
        if event.event != "thread.run.requires_action":
            return
        calls = event.data.required_action.submit_tool_outputs.tool_calls
        outputs = [
            {"tool_call_id": call.id, "output": f"20 degrees in {json.loads(call.function.arguments)['city']}"}
            for call in calls
        ]
        with client.beta.threads.runs.submit_tool_outputs_stream(
            thread_id=event.data.thread_id, run_id=event.data.id, tool_outputs=outputs, event_handler=Second()
        ) as stream:
            Outputs.text = "".join(stream.text_deltas)


class Second(AssistantEventHandler):
    pass


def a_function_streamed():
    assistant = client.beta.assistants.create(model="gpt-4o", tools=[WEATHER])
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "How warm is it in Rome?"}])
    with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id, event_handler=Outputs()
    ) as stream:
        stream.until_done()
    return Outputs.text


def a_file(path):
    file = client.files.create(file=path.open("rb"), purpose="assistants")
    assistant = client.beta.assistants.create(model="gpt-4o", tools=[{"type": "file_search"}])
    thread = client.beta.threads.create(
        messages=[
            {
                "role": "user",
                "content": "What is Filip's favorite food?",
                "attachments": [{"file_id": file.id, "tools": [{"type": "file_search"}]}],
            }
        ]
    )
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    assert run.status == "completed", run.last_error
    [text] = client.beta.threads.messages.list(thread_id=thread.id, run_id=run.id).data[0].content
    [annotation] = text.text.annotations
    assert client.files.retrieve(annotation.file_citation.file_id).filename == path.name
    return text.text.value


async def the_async_twin():
    async with AsyncOpenAI() as twin:
        assistant = await twin.beta.assistants.create(model="gpt-4o", instructions="Answer.")
        thread = await twin.beta.threads.create(messages=[{"role": "user", "content": "Hello?"}])
        async with twin.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
            return "".join([delta async for delta in stream.text_deltas])


if __name__ == "__main__":
    answers = {
        "example": the_documentations_example(),
        "function": a_function_streamed(),
        "file": a_file(Path(sys.argv[1])),
        "async": asyncio.run(the_async_twin()),
    }
    assert os.environ["OPENAI_API_KEY"] not in str(answers)
    print(json.dumps(answers))
