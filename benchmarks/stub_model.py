"""A Chat Completions server that says what its models' names tell: `words`, `quick` or `hang`.

    python -m benchmarks.stub_model PORT

Each word of `words` is the moment at which it left, so that whoever hears it knows how long it was on its way.
`GET /asked` answers how often each model was called.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

WORDS = 60
PAUSE_SECONDS = 0.004
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
asked: Counter[str] = Counter()


def chunk(delta: dict[str, Any], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


def word() -> bytes:
    return chunk({"content": f"{time.time():.6f} "})


USAGE = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": WORDS, "total_tokens": 10 + WORDS}}
END = chunk({}, "stop") + f"data: {json.dumps(USAGE)}\n\ndata: [DONE]\n\n".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
        body = json.loads(await reader.readexactly(length)) if length else {}
        if head.startswith("GET"):
            said = json.dumps(asked).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))
            return
        asked[body["model"]] += 1
        writer.write(HEAD)
        match body["model"]:
            case "words":
                for _ in range(WORDS):
                    writer.write(word())
                    await writer.drain()
                    await asyncio.sleep(PAUSE_SECONDS)
            case "quick":
                writer.write(word())
            case _:
                await reader.read()
        writer.write(END)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        # Whoever has heard enough hangs up.
        pass
    finally:
        writer.close()


async def serve(port: int) -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
