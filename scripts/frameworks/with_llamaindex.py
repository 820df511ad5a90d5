"""LlamaIndex's OpenAIAssistantAgent. It attaches the files of an agent to nothing: they go with a message."""

import json
import sys

from llama_index.agent.openai import OpenAIAssistantAgent
from llama_index.core.tools import FunctionTool


def weather(city: str) -> str:
    """How warm it is in a city."""
    return f"20 degrees in {city}"


def a_function():
    agent = OpenAIAssistantAgent.from_new(
        name="Weather", instructions="Answer.", tools=[FunctionTool.from_defaults(fn=weather)], model="gpt-4o"
    )
    return str(agent.chat("How warm is it in Rome?"))


def a_file(path):
    agent = OpenAIAssistantAgent.from_new(
        name="Reader", instructions="Answer.", openai_tools=[{"type": "file_search"}], model="gpt-4o"
    )
    ids = list(agent.upload_files([path]))
    agent.add_message("Here is a file.", file_ids=ids, tools=[{"type": "file_search"}])
    return str(agent.chat("What is Filip's favorite food?"))


if __name__ == "__main__":
    print(json.dumps({"function": a_function(), "file": a_file(sys.argv[1])}))
