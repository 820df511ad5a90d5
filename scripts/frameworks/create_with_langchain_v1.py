"""LangChain 0.1 creates an assistant over version 1 of the protocol, with file_ids of null, and asks it."""

import json

from langchain.agents.openai_assistant import OpenAIAssistantRunnable
from openai import OpenAI

client = OpenAI()
agent = OpenAIAssistantRunnable.create_assistant(
    name="Desk", instructions="Be brief.", tools=[{"type": "code_interpreter"}], model="gpt-4o", client=client
)
made = client.beta.assistants.retrieve(agent.assistant_id)
assert (made.name, made.file_ids, made.tools[0].type) == ("Desk", [], "code_interpreter"), made
[message, *_] = agent.invoke({"content": "Hello?"})
print(json.dumps({"created": message.content[0].text.value if hasattr(message, "content") else str(message)}))
