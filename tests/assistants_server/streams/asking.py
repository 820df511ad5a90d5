"""What is asked over and over."""

from __future__ import annotations

from typing import Any

from openai import OpenAI

WEATHER: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


def ask(client: OpenAI, **fields: Any) -> tuple[str, str]:
    """An assistant and a thread with a question."""
    assistant = client.beta.assistants.create(model="gpt-4o", **fields)
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello?"}])
    return assistant.id, thread.id
