"""A server of ready-made assistants in a process of its own, so that only the client's work is measured."""

from __future__ import annotations

import json
import random
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WORDS = [f"word{number}" for number in range(500)]


def assistant(number: int) -> dict[str, Any]:
    """An assistant of about 5.9 kB, the same for the same number."""
    pick = random.Random(number)
    return {
        "id": f"asst_{number:024}",
        "object": "assistant",
        "created_at": 1751370000 - number,
        "name": f"Returns desk {number}",
        "description": "Answers warehouse return questions.",
        "model": "gpt-4.1-mini",
        "instructions": "\n".join(" ".join(pick.choices(WORDS, k=12)) for _ in range(54)),
        "tools": [
            {
                "type": "file_search",
                "file_search": {
                    "max_num_results": 8,
                    "ranking_options": {"ranker": "auto", "score_threshold": 0.2},
                },
            },
            {"type": "code_interpreter"},
            {
                "type": "function",
                "function": {
                    "name": "lookup_order",
                    "description": "Fetch one order by number.",
                    "parameters": {
                        "type": "object",
                        "properties": {"order_no": {"type": "string"}},
                        "required": ["order_no"],
                        "additionalProperties": False,
                    },
                    "strict": True,
                },
            },
        ],
        "top_p": 1.0,
        "temperature": 0.3,
        "reasoning_effort": None,
        "tool_resources": {
            "file_search": {"vector_store_ids": ["vs_9Qd1pLr0Zt7Yk2"]},
            "code_interpreter": {"file_ids": ["file-7hT2mXw4"]},
        },
        "metadata": {"team": "logistics", "tier": "2"},
        "response_format": "auto",
    }


def page(limit: int) -> bytes:
    data = [assistant(number) for number in range(limit)]
    envelope = {"object": "list", "data": data, "first_id": data[0]["id"], "last_id": data[-1]["id"], "has_more": True}
    return json.dumps(envelope).encode()


@contextmanager
def stub_server() -> Iterator[str]:
    """The base URL of a server that lists assistants, `limit` of them."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.stub_server"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def counts(base_url: str) -> dict[str, int]:
    """How many requests and connections the server has had, this one included."""
    with urllib.request.urlopen(f"{base_url}/counts") as answer:
        seen: dict[str, int] = json.load(answer)
    return seen


def serve() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    pages: dict[int, bytes] = {}
    seen = {"requests": 0, "connections": 0}
    lock = threading.Lock()

    def answer(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                chunk = connection.recv(65536)
                if not chunk:
                    return
                received += chunk
            head, _, received = received.partition(b"\r\n\r\n")
            with lock:
                seen["requests"] += 1
                if b"/counts " in head:
                    body = json.dumps(seen).encode()
                else:
                    asked = re.search(rb"[?&]limit=(\d+)", head)
                    limit = int(asked[1]) if asked else 20
                    body = pages.get(limit) or pages.setdefault(limit, page(limit))
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )

    while True:
        connection, _ = listener.accept()
        seen["connections"] += 1
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    serve()
