"""LangChain's OpenAIAssistantRunnable as an agent that calls its tools, and on a file."""

import json
import sys
from pathlib import Path

from langchain_classic.agents import AgentExecutor
from langchain_classic.agents.openai_assistant import OpenAIAssistantRunnable
from langchain_core.tools import tool
from openai import OpenAI


@tool
def weather(city: str) -> str:
    """How warm it is in a city."""
    return f"20 degrees in {city}"


def a_function():
    agent = OpenAIAssistantRunnable.create_assistant(
        name="Weather", instructions="Answer.", tools=[weather], model="gpt-4o", as_agent=True
    )
    return AgentExecutor(agent=agent, tools=[weather]).invoke({"content": "How warm is it in Rome?"})["output"]


def a_file(path):
    client = OpenAI()
    file = client.files.create(file=path.open("rb"), purpose="assistants")
    runnable = OpenAIAssistantRunnable.create_assistant(
        name="Reader", instructions="Answer.", tools=[{"type": "file_search"}], model="gpt-4o"
    )
    attachments = [{"file_id": file.id, "tools": [{"type": "file_search"}]}]
    [message] = runnable.invoke({"content": "What is Filip's favorite food?", "attachments": attachments})
    return message.content[0].text.value


if __name__ == "__main__":
    print(json.dumps({"function": a_function(), "file": a_file(Path(sys.argv[1]))}))
