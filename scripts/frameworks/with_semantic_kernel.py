"""Semantic Kernel's OpenAIAssistantAgent."""

import asyncio
import json
import sys
from pathlib import Path

from openai import AsyncOpenAI
from semantic_kernel.agents import OpenAIAssistantAgent
from semantic_kernel.functions import kernel_function


class Forecast:
    @kernel_function(description="How warm it is in a city.")
    def weather(self, city: str) -> str:
        return f"20 degrees in {city}"


async def main(path):
    client = AsyncOpenAI()
    definition = await client.beta.assistants.create(model="gpt-4o", instructions="Answer.", name="Forecaster")
    agent = OpenAIAssistantAgent(client=client, definition=definition, plugins=[Forecast()])
    function = await agent.get_response(messages="How warm is it in Rome?")

    file = await client.files.create(file=path.open("rb"), purpose="assistants")
    store = await client.vector_stores.create(name="facts", file_ids=[file.id])
    tools, resources = OpenAIAssistantAgent.configure_file_search_tool(vector_store_ids=store.id)
    definition = await client.beta.assistants.create(
        model="gpt-4o", instructions="Answer.", name="Reader", tools=tools, tool_resources=resources
    )
    reader = OpenAIAssistantAgent(client=client, definition=definition)
    answer = await reader.get_response(messages="What is Filip's favorite food?")
    return {"function": str(function.message.content), "file": str(answer.message.content)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
