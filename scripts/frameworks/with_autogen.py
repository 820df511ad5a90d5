"""AutoGen's OpenAIAssistantAgent."""

import asyncio
import json
import sys

from autogen_agentchat.messages import TextMessage
from autogen_core import CancellationToken
from autogen_core.tools import FunctionTool
from autogen_ext.agents.openai import OpenAIAssistantAgent
from openai import AsyncOpenAI


def weather(city: str) -> str:
    """How warm it is in a city."""
    return f"20 degrees in {city}"


async def ask(agent, question):
    message = TextMessage(content=question, source="user")
    response = await agent.on_messages([message], CancellationToken())
    return response.chat_message.content


async def main(path):
    client = AsyncOpenAI()
    shared = {"description": "Answers.", "client": client, "model": "gpt-4o", "instructions": "Answer."}
    forecaster = OpenAIAssistantAgent(
        name="forecaster", tools=[FunctionTool(weather, description="How warm it is in a city.")], **shared
    )
    reader = OpenAIAssistantAgent(name="reader", tools=["file_search"], **shared)
    function = await ask(forecaster, "How warm is it in Rome?")
    await reader.on_upload_for_file_search(path, CancellationToken())
    return {"function": function, "file": await ask(reader, "What is Filip's favorite food?")}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1]))))
