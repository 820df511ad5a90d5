"""What code of the v1 days does, told with openai 1.12.0 in a process of its own by test_sdk.

    python sdk_v1_story.py BASE_URL KEY

Every step asserts; it says "done" when the story is through, once as it is and once asynchronously.
"""

from __future__ import annotations

import asyncio
import io
import sys
from typing import Any

import openai

TOOLS: Any = [
    {"type": "retrieval"},
    {"type": "code_interpreter"},
    {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}},
]


def told(base_url: str, key: str) -> None:
    client: Any = openai.OpenAI(base_url=base_url, api_key=key)
    file = client.files.create(file=("policy.txt", io.BytesIO(b"Thirty days.")), purpose="assistants")
    made = client.beta.assistants.create(
        model="gpt-4", name="Desk", instructions="Quote.", tools=TOOLS, file_ids=[file.id], metadata={"a": "b"}
    )
    assert (made.file_ids, [tool.type for tool in made.tools]) == (
        [file.id],
        ["retrieval", "code_interpreter", "function"],
    )
    assert client.beta.assistants.retrieve(made.id) == made
    second = client.files.create(file=("b.txt", b"b"), purpose="assistants")
    link = client.beta.assistants.files.create(made.id, file_id=second.id)
    assert (link.id, link.assistant_id, link.object) == (second.id, made.id, "assistant.file")
    assert client.beta.assistants.files.retrieve(second.id, assistant_id=made.id) == link
    assert {item.id for item in client.beta.assistants.files.list(made.id, limit=1)} == {file.id, second.id}
    assert client.beta.assistants.files.delete(file.id, assistant_id=made.id).deleted
    changed = client.beta.assistants.update(made.id, name="New")
    assert (changed.name, changed.file_ids, changed.instructions) == ("New", [second.id], "Quote.")
    others = [client.beta.assistants.create(model="gpt-4").id for _ in range(5)]
    assert [item.id for item in client.beta.assistants.list(limit=2)] == [*others[::-1], made.id]
    assert client.beta.assistants.delete(made.id).object == "assistant.deleted"
    assert client.files.delete(file.id).deleted
    for wrong, call in (
        (openai.BadRequestError, lambda: client.beta.assistants.create(model="")),
        (openai.NotFoundError, lambda: client.beta.assistants.retrieve(made.id)),
        (openai.AuthenticationError, openai.OpenAI(base_url=base_url, api_key="sk-x").models.list),
    ):
        try:
            call()
        except wrong:
            continue
        raise AssertionError(wrong)
    assert "gpt-6-luna" in {model.id for model in client.models.list()}
    assert client.models.retrieve("gpt-4").id == "gpt-4"


async def told_asynchronously(base_url: str, key: str) -> None:
    client: Any = openai.AsyncOpenAI(base_url=base_url, api_key=key)
    file = await client.files.create(file=("a.txt", b"a"), purpose="assistants")
    made = await client.beta.assistants.create(model="gpt-4", file_ids=[file.id])
    assert [item.id async for item in client.beta.assistants.list(limit=2, order="asc")][-1] == made.id
    assert [item.id async for item in client.beta.assistants.files.list(made.id)] == [file.id]
    assert (await client.beta.assistants.delete(made.id)).deleted


if __name__ == "__main__":
    assert openai.__version__ == "1.12.0", openai.__version__
    told(*sys.argv[1:])
    asyncio.run(told_asynchronously(*sys.argv[1:]))
    sys.stdout.write("done\n")
