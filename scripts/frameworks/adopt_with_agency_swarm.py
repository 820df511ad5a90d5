"""agency-swarm takes over an assistant that is there, by its id, and changes its name and instructions."""

import json

from agency_swarm import Agent, set_openai_client
from openai import OpenAI

client = OpenAI()
set_openai_client(client)
store = client.vector_stores.create(name="Prices")
made = client.beta.assistants.create(
    model="gpt-4o",
    name="Desk",
    instructions="Be brief.",
    tools=[{"type": "file_search"}, {"type": "code_interpreter"}],
    tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    metadata={"team": "logistics"},
)
# It was created without resources of one kind, which it sends back as null.
bare = client.beta.assistants.create(model="gpt-4o", name="Bare", instructions="Be brief.")

for assistant in (made, bare):
    Agent(id=assistant.id, name="Front desk", instructions="Be kind.", model="gpt-4o").init_oai()
    now = client.beta.assistants.retrieve(assistant.id)
    assert (now.name, now.instructions, now.metadata) == ("Front desk", "Be kind.", assistant.metadata), now
assert client.beta.assistants.retrieve(made.id).tool_resources.file_search.vector_store_ids == [store.id]
print(json.dumps({"adopted": "2 assistants"}))
