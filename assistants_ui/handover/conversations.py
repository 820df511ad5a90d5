"""The script that code owners run to bring their threads over: threads cannot be listed, so the ids come from them."""

from __future__ import annotations

SCRIPT = '''"""Turn threads into conversations. Needs: pip install openai

    python threads_to_conversations.py thread_ids.txt

thread_ids.txt has one thread id a line. Threads are read from SOURCE_BASE_URL with SOURCE_API_KEY; conversations
are created with OPENAI_API_KEY. What became of each thread is added to conversations.jsonl, a line a thread.
Run it again and it goes on with the threads that are not in there yet.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from openai import OpenAI, OpenAIError

ITEMS_AT_ONCE = 20


def item_of(message, told):
    """One message as an item of a conversation; what cannot come along is added to told."""
    content = []
    text_type = "output_text" if message["role"] == "assistant" else "input_text"
    for part in message.get("content") or []:
        if part["type"] == "text":
            content.append({"type": text_type, "text": part["text"]["value"]})
            if part["text"].get("annotations"):
                told["annotations"] = told.get("annotations", 0) + len(part["text"]["annotations"])
        elif part["type"] in ("image_file", "image_url") and message["role"] == "user":
            image = part[part["type"]]
            place = {"file_id": image["file_id"]} if part["type"] == "image_file" else {"image_url": image["url"]}
            content.append({"type": "input_image", "detail": image.get("detail") or "auto", **place})
        else:
            told[f"parts of type {part['type']}"] = told.get(f"parts of type {part['type']}", 0) + 1
    for attachment in message.get("attachments") or []:
        if message["role"] == "user" and attachment.get("file_id"):
            content.append({"type": "input_file", "file_id": attachment["file_id"]})
        told["tools of attachments"] = told.get("tools of attachments", 0) + 1
    if message.get("metadata"):
        told["metadata of messages"] = told.get("metadata of messages", 0) + 1
    if not content:
        told["messages without content"] = told.get("messages without content", 0) + 1
        return None
    return {"type": "message", "role": message["role"], "content": content}


def move(source, target, thread_id):
    """Create one conversation with every message of the thread, oldest first."""
    thread = source.beta.threads.retrieve(thread_id)
    told = {}
    messages = source.beta.threads.messages.list(thread_id, order="asc", limit=100)
    items = [item for message in messages if (item := item_of(message.model_dump(), told))]
    metadata = dict(thread.metadata or {})
    if len(metadata) < 16:
        metadata.setdefault("thread_id", thread_id)
    conversation = target.conversations.create(metadata=metadata, items=items[:ITEMS_AT_ONCE])
    try:
        for start in range(ITEMS_AT_ONCE, len(items), ITEMS_AT_ONCE):
            target.conversations.items.create(conversation.id, items=items[start : start + ITEMS_AT_ONCE])
    except OpenAIError:
        # Half a conversation would look like a whole one.
        target.conversations.delete(conversation.id)
        raise
    return {"conversation_id": conversation.id, "items": len(items), "not_carried_over": told}


def main():
    parser = argparse.ArgumentParser(description="Turn threads into conversations.")
    parser.add_argument("ids", type=Path, help="a file with one thread id a line")
    parser.add_argument("--report", type=Path, default=Path("conversations.jsonl"))
    arguments = parser.parse_args()
    source = OpenAI(base_url=os.environ["SOURCE_BASE_URL"], api_key=os.environ["SOURCE_API_KEY"])
    target = OpenAI()
    done = set()
    if arguments.report.exists():
        rows = map(json.loads, arguments.report.read_text(encoding="utf-8").splitlines())
        done = {row["thread_id"] for row in rows if "conversation_id" in row}
    ids = dict.fromkeys(line.strip() for line in arguments.ids.read_text(encoding="utf-8").splitlines() if line.strip())
    failed = 0
    with arguments.report.open("a", encoding="utf-8") as report:
        for thread_id in [thread_id for thread_id in ids if thread_id not in done]:
            try:
                row = {"thread_id": thread_id, **move(source, target, thread_id)}
            except OpenAIError as error:
                failed += 1
                row = {"thread_id": thread_id, "problem": str(error)}
            print(json.dumps(row, ensure_ascii=False), file=report, flush=True)
            print(f"{thread_id}: {row.get('conversation_id') or row['problem']}")
    print(f"{len(ids)} threads, {len(done & set(ids))} done before, {failed} failed. See {arguments.report}.")
    print("Runs, run steps and tool calls of the past do not come along; markers of citations stay in the texts.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
'''
