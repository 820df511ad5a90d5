"""The official SDK since version 2 of the protocol: the documentation's complete example, its twins and helpers."""

import asyncio
import json
import os
import sys
from pathlib import Path

from openai import AssistantEventHandler, AsyncAssistantEventHandler, AsyncOpenAI, OpenAI
from typing_extensions import override

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


class Printed(AssistantEventHandler):
    """The documentation's handler, which prints as the answer comes; here it keeps what it would print."""

    def __init__(self):
        super().__init__()
        self.printed = ""

    @override
    def on_text_created(self, text):
        self.printed += "\nassistant > "

    @override
    def on_text_delta(self, delta, snapshot):
        self.printed += delta.value
        assert snapshot.value.endswith(delta.value)

    @override
    def on_tool_call_created(self, tool_call):
        self.printed += f"\nassistant > {tool_call.type}\n"

    @override
    def on_tool_call_delta(self, delta, snapshot):
        if delta.type == "code_interpreter":
            self.printed += delta.code_interpreter.input or ""


def the_documentations_stream():
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
    handler = Printed()
    with client.beta.threads.runs.stream(
        thread_id=thread.id,
        assistant_id=assistant.id,
        instructions="Please address the user as Jane Doe. The user has a premium account.",
        event_handler=handler,
    ) as stream:
        stream.until_done()
    [message] = stream.get_final_messages()
    assert stream.get_final_run().status == "completed"
    assert handler.printed == f"\nassistant > {message.content[0].text.value}", handler.printed
    assert [step.type for step in stream.get_final_run_steps()] == ["message_creation"]
    return message.content[0].text.value


def a_function_polled():
    assistant = client.beta.assistants.create(model="gpt-4o", tools=[WEATHER])
    thread = {"messages": [{"role": "user", "content": "How warm is it in Rome?"}]}
    run = client.beta.threads.create_and_run_poll(assistant_id=assistant.id, thread=thread)
    assert run.status == "requires_action", run.last_error
    [call] = run.required_action.submit_tool_outputs.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Rome"})
    output = {"tool_call_id": call.id, "output": "20 degrees in Rome"}
    run = client.beta.threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id, thread_id=run.thread_id, tool_outputs=[output]
    )
    assert run.status == "completed", run.last_error
    steps = client.beta.threads.runs.steps.list(run_id=run.id, thread_id=run.thread_id, order="asc").data
    assert [step.type for step in steps] == ["tool_calls", "message_creation"]
    assert run.usage.total_tokens == sum(step.usage.total_tokens for step in steps)
    [message] = client.beta.threads.messages.list(thread_id=run.thread_id, run_id=run.id).data
    return message.content[0].text.value


def a_raw_stream():
    assistant = client.beta.assistants.create(model="gpt-4o", instructions="Answer.")
    thread = {"messages": [{"role": "user", "content": "Hello?"}]}
    names = [
        event.event
        for event in client.beta.threads.create_and_run(assistant_id=assistant.id, thread=thread, stream=True)
    ]
    assert names[:4] == ["thread.created", "thread.run.created", "thread.run.queued", "thread.run.in_progress"]
    assert names[-1] == "thread.run.completed", names
    with client.beta.threads.create_and_run_stream(assistant_id=assistant.id, thread=thread) as stream:
        return "".join(stream.text_deltas)


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


class AsyncOutputs(AsyncAssistantEventHandler):
    """The twin of Outputs."""

    def __init__(self, twin):
        super().__init__()
        self.twin = twin
        self.text = ""

    async def on_event(self, event):
        if event.event != "thread.run.requires_action":
            return
        calls = event.data.required_action.submit_tool_outputs.tool_calls
        outputs = [{"tool_call_id": call.id, "output": "20 degrees in Rome"} for call in calls]
        async with self.twin.beta.threads.runs.submit_tool_outputs_stream(
            thread_id=event.data.thread_id, run_id=event.data.id, tool_outputs=outputs
        ) as stream:
            self.text = "".join([delta async for delta in stream.text_deltas])


async def the_async_twin():
    async with AsyncOpenAI() as twin:
        assistant = await twin.beta.assistants.create(model="gpt-4o", tools=[WEATHER])
        thread = await twin.beta.threads.create()
        await twin.beta.threads.messages.create(thread_id=thread.id, role="user", content="How warm is it in Rome?")
        handler = AsyncOutputs(twin)
        async with twin.beta.threads.runs.stream(
            thread_id=thread.id, assistant_id=assistant.id, event_handler=handler
        ) as stream:
            await stream.until_done()
        run = await twin.beta.threads.runs.create_and_poll(
            thread_id=thread.id, assistant_id=assistant.id, tools=[], instructions="Answer."
        )
        assert run.status == "completed", run.last_error
        messages = await twin.beta.threads.messages.list(thread_id=thread.id)
        assert [message.role for message in messages.data] == ["assistant", "assistant", "user"]
        return handler.text


if __name__ == "__main__":
    answers = {
        "example": the_documentations_example(),
        "stream": the_documentations_stream(),
        "raw": a_raw_stream(),
        "polled": a_function_polled(),
        "function": a_function_streamed(),
        "file": a_file(Path(sys.argv[1])),
        "async": asyncio.run(the_async_twin()),
    }
    assert os.environ["OPENAI_API_KEY"] not in str(answers)
    print(json.dumps(answers))
