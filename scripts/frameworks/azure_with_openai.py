"""Azure's client: its addresses with a version of the API, its header for the key, and its newer address."""

import json
import os

from openai import AzureOpenAI, OpenAI

key = os.environ["OPENAI_API_KEY"]
site = os.environ.pop("OPENAI_BASE_URL").removesuffix("/v1")
names = []
for version in ("2024-05-01-preview", "2025-03-01-preview"):
    client = AzureOpenAI(azure_endpoint=site, api_key=key, api_version=version)
    made = client.beta.assistants.create(model="gpt-4o", name=version, instructions="Be brief.", tools=[])
    assert client.beta.assistants.retrieve(made.id).name == version
    assert client.beta.assistants.update(made.id, description="Changed").description == "Changed"
    assert made.id in [item.id for item in client.beta.assistants.list(limit=100)]
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello?"}])
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=made.id)
    assert run.status == "completed", run.last_error
    assert client.beta.assistants.delete(made.id).deleted
    names.append(version)
newer = OpenAI(base_url=f"{site}/openai/v1/", api_key=key)
assert newer.beta.assistants.list().object == "list"
print(json.dumps({"azure": " ".join(names)}))
