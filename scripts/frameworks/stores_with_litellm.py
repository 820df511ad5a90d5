"""LiteLLM's own calls for vector stores and their files, which send null for all that is not given."""

import json
import os
import sys
from pathlib import Path

import litellm
from openai import OpenAI

server = {
    "custom_llm_provider": "openai",
    "api_base": os.environ["OPENAI_BASE_URL"],
    "api_key": os.environ["OPENAI_API_KEY"],
}
path = Path(sys.argv[1])
file = OpenAI().files.create(file=path.open("rb"), purpose="assistants")

empty = litellm.vector_stores.create(name="Empty", **server)
assert (empty["name"], empty["file_counts"]["total"]) == ("Empty", 0), empty
store = litellm.vector_stores.create(
    name="Facts",
    file_ids=[file.id],
    metadata={"team": "logistics"},
    expires_after={"anchor": "last_active_at", "days": 7},
    **server,
)
for _ in range(100):
    found = litellm.vector_stores.search(vector_store_id=store["id"], query="Filip's favorite food", **server)
    if found["data"]:
        break
assert path.name in str(found), found
few = litellm.vector_stores.search(vector_store_id=store["id"], query=["cake"], max_num_results=1, **server)
assert len(few["data"]) == 1, few
if hasattr(litellm.vector_stores, "retrieve"):
    assert litellm.vector_stores.retrieve(vector_store_id=store["id"], **server)["id"] == store["id"]
    assert litellm.vector_stores.update(vector_store_id=store["id"], name="Renamed", **server)["name"] == "Renamed"
    assert store["id"] in str(litellm.vector_stores.list(**server))
    assert litellm.vector_stores.delete(vector_store_id=empty["id"], **server)["deleted"]
print(json.dumps({"stores": found["data"][0]["content"][0]["text"]}))
