"""The script that code owners run to bring their threads over: threads cannot be listed, so the ids come from them."""

from __future__ import annotations

from assistants_ui.handover.clients import pip

SCRIPT = (
    f'"""Turn threads into conversations. Needs: {pip("openai")}\n'
    '''

    python threads_to_conversations.py thread_ids.txt

thread_ids.txt has one thread id a line. Threads are read from SOURCE_BASE_URL with SOURCE_API_KEY; conversations
are created with OPENAI_API_KEY. What became of each thread is added to conversations.jsonl, a line each time.
Run it again and it goes on with the threads that are not done: what was begun of one is removed first.
"""

import argparse
import json
import os
import sys
import warnings
from collections import Counter
from pathlib import Path

from openai import NotFoundError, OpenAI, OpenAIError

ITEMS_AT_ONCE = 20
RETRIES = 6


def item_of(message, told):
    """One message as an item of a conversation; what cannot come along is counted in told."""
    is_user = message["role"] == "user"
    content = []
    for part in message.get("content") or []:
        if part["type"] == "text":
            text = part["text"]
            content.append({"type": "input_text" if is_user else "output_text", "text": text["value"]})
            told["annotations"] += len(text.get("annotations") or [])
        elif part["type"] in ("image_file", "image_url") and is_user:
            image = part[part["type"]]
            place = {"file_id": image["file_id"]} if part["type"] == "image_file" else {"image_url": image["url"]}
            content.append({"type": "input_image", "detail": image.get("detail") or "auto", **place})
        else:
            told[f"parts of type {part['type']}"] += 1
    attachments = message.get("attachments") or [{"file_id": one} for one in message.get("file_ids") or []]
    for attachment in attachments:
        if is_user and attachment.get("file_id"):
            content.append({"type": "input_file", "file_id": attachment["file_id"]})
            told["tools of attachments"] += bool(attachment.get("tools"))
        else:
            told["attachments of answers"] += 1
    told["metadata of messages"] += bool(message.get("metadata"))
    told["messages without content"] += not content
    return {"type": "message", "role": message["role"], "content": content} if content else None


def move(source, target, thread_id, begun):
    """Create one conversation with every message of the thread, oldest first; begun hears its id at once."""
    thread = source.beta.threads.retrieve(thread_id)
    told = Counter()
    messages = source.beta.threads.messages.list(thread_id, order="asc", limit=100)
    items = [item for message in messages if (item := item_of(message.model_dump(), told))]
    metadata = dict(thread.metadata or {})
    if len(metadata) < 16:
        metadata.setdefault("thread_id", thread_id)
    conversation = target.conversations.create(metadata=metadata, items=items[:ITEMS_AT_ONCE])
    begun(conversation.id)
    for start in range(ITEMS_AT_ONCE, len(items), ITEMS_AT_ONCE):
        target.conversations.items.create(conversation.id, items=items[start : start + ITEMS_AT_ONCE])
    # A request that was sent again after an error may have been carried out twice.
    there = sum(1 for _ in target.conversations.items.list(conversation.id, limit=100))
    if there != len(items):
        raise OpenAIError(f"{there} items are there instead of {len(items)}")
    return {"conversation_id": conversation.id, "items": len(items), "not_carried_over": dict(+told)}


def remove(target, conversation_id):
    """Half a conversation would look like a whole one."""
    try:
        target.conversations.delete(conversation_id)
    except NotFoundError:
        pass


def rows_of(path):
    """What earlier runs wrote; the last line may be torn."""
    lines = path.read_text(encoding="utf-8").split("\\n") if path.exists() else []
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue


class Report:
    """The file with what became of each thread. A line is on the disk before anything else is done."""

    def __init__(self, path):
        self.done, self.begun = {}, {}
        for row in rows_of(path):
            if "conversation_id" in row:
                self.done[row["thread_id"]] = row
            elif "begun" in row:
                self.begun.setdefault(row["thread_id"], []).append(row["begun"])
        self.path = path
        if path.exists() and not path.read_bytes().endswith(b"\\n"):
            # What comes now must not continue a torn line.
            self.add("\\n")

    def write(self, **row):
        self.add(json.dumps(row, ensure_ascii=False) + "\\n")

    def add(self, text):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def bring(source, target, thread_id, report):
    """Move one thread, whatever an earlier run left of it, and say whether it is there."""
    begun = report.begun.get(thread_id, [])

    def tell(conversation_id):
        begun.append(conversation_id)
        report.write(thread_id=thread_id, begun=conversation_id)

    try:
        while begun:
            remove(target, begun[-1])
            begun.pop()
        row = move(source, target, thread_id, tell)
    except OpenAIError as error:
        row = {"problem": str(error)}
        try:
            for conversation_id in begun:
                remove(target, conversation_id)
        except OpenAIError as left:
            row["left_behind"] = f"{conversation_id}: {left}"
    report.write(thread_id=thread_id, **row)
    print(f"{thread_id}: {row.get('conversation_id') or row['problem']}")
    return row


def main():
    parser = argparse.ArgumentParser(description="Turn threads into conversations.")
    parser.add_argument("ids", type=Path, help="a file with one thread id a line")
    parser.add_argument("--report", type=Path, default=Path("conversations.jsonl"))
    arguments = parser.parse_args()
    # The client warns of the API that is left here.
    warnings.simplefilter("ignore", DeprecationWarning)
    source = OpenAI(
        base_url=os.environ["SOURCE_BASE_URL"], api_key=os.environ["SOURCE_API_KEY"], max_retries=RETRIES
    )
    target = OpenAI(max_retries=RETRIES)
    lines = arguments.ids.read_text(encoding="utf-8-sig").split("\\n")
    ids = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    report = Report(arguments.report)
    before = [report.done[one] for one in ids if one in report.done]
    rows = [bring(source, target, one, report) for one in ids if one not in report.done]
    moved = [row for row in rows if "conversation_id" in row]
    left = sum((Counter(row["not_carried_over"]) for row in before + moved), Counter())
    failed = len(rows) - len(moved)
    print(f"{len(ids)} threads: {len(moved)} moved, {len(before)} done before, {failed} failed.")
    print(f"Not carried over: {', '.join(f'{count} {what}' for what, count in left.items()) or 'nothing'}.")
    print("Runs, run steps and tool calls of the past do not come along; markers of citations stay in the texts.")
    print(f"Each thread is in {arguments.report}.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
'''
)
