"""Send broken heads and bodies to a running site: `python -m benchmarks.fuzz http://127.0.0.1:8000 --minutes 10`.

Each round changes entries of the corpus (tests/framing.json) and sends them, each on a connection of its own; after
each round the health check has to answer within a second. What is answered as nothing before was goes into the corpus
with ``--keep``. Ends with an error when the site is slow or silent.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "framing.json"
AT_ONCE = 20
HEALTH_SECONDS = 1.0
PIECES = (
    *(b"\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b":", b",", b";", b"\xff", b"0\r\n\r\n", b"1\r\nx\r\n", b"\r\n\r\n"),
    *(b"Content-Length: 5\r\n", b"Content-Length: 29999999999999999\r\n", b"Transfer-Encoding: chunked\r\n"),
    *(
        b"Host: a\r\n",
        b"Expect: 100-continue\r\n",
        b"Connection: keep-alive\r\n",
        b"HTTP/1.0",
        b"HTTP/1.1",
        b"HTTP/2.0",
    ),
    *(
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"-1\r\n",
        b"5;a=b\r\nabcde\r\n",
        b"Trailer: x\r\n",
    ),
)


def corpus() -> list[bytes]:
    """What is known to be answered in a way of its own."""
    return [text.encode("latin-1") for text in json.loads(CORPUS.read_text())]


def changed(entry: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The entry with one to four changes."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randint(0, len(entry)), chance.randint(0, len(entry))))
        match chance.randrange(6):
            case 0:
                entry = entry[:at] + chance.choice(PIECES) + entry[at:]
            case 1:
                entry = entry[:at] + entry[min(to, at + 20) :]
            case 2:
                entry = entry[:at] + bytes([chance.randrange(256)]) + entry[at + 1 :]
            case 3:
                entry = entry[:at] + entry[at:to] * chance.choice((2, 10, 200)) + entry[to:]
            case 4:
                entry = entry[:at] + chance.choice(others)[chance.randrange(40) :]
            case 5:
                entry = entry[:at] + b"%d" % chance.choice((0, 1, 2**31, 2**63, 10**15, 10**29)) + entry[at:]
    return entry[:200_000]


def exchanged(address: tuple[str, int], entries: list[bytes]) -> list[bytes]:
    """What is answered to each, all at once; nobody sends any more after the entry."""
    answers = []
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(address, timeout=10)) for _ in entries]
        for line, entry in zip(lines, entries, strict=True):
            # The site may have refused it before it is all sent.
            with suppress(OSError):
                line.sendall(entry)
                line.shutdown(socket.SHUT_WR)
        for line in lines:
            answer = b""
            with suppress(OSError):
                while len(answer) < 500_000 and (piece := line.recv(65536)):
                    answer += piece
            answers.append(answer)
    return answers


def shape(answer: bytes) -> str:
    """The statuses of what was answered, at most three."""
    statuses = [part[:3].decode("latin-1") for part in answer.split(b"HTTP/1.1 ")[1:4]]
    return " ".join(statuses) or ("nothing" if not answer else "no HTTP/1.1")


def health_seconds(url: str) -> float:
    began = time.perf_counter()
    httpx.get(f"{url}/healthz", timeout=10, trust_env=False).raise_for_status()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("url")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="add what was answered in a new way to the corpus")
    options = parser.parse_args()
    place = urlsplit(options.url)
    address = (str(place.hostname), int(place.port or 80))
    chance = random.Random(options.seed)
    entries = corpus()
    known = {shape(answer) for answer in exchanged(address, entries)}
    until, sent, slowest = time.monotonic() + options.minutes * 60, 0, 0.0
    while time.monotonic() < until:
        batch = [changed(chance.choice(entries), entries, chance) for _ in range(AT_ONCE)]
        for entry, answer in zip(batch, exchanged(address, batch), strict=True):
            if (found := shape(answer)) not in known:
                known.add(found)
                entries += [entry] if len(entry) < 4_000 else []
                print(f"new: {found}", flush=True)
        sent += len(batch)
        slowest = max(slowest, health_seconds(options.url))
        if slowest > HEALTH_SECONDS:
            raise SystemExit(f"The health check took {slowest:.1f} s after {batch!r}")
    print(f"{sent:,} requests, {len(known)} kinds of answers; the slowest health check took {slowest * 1000:.0f} ms")
    if options.keep:
        CORPUS.write_text(json.dumps([entry.decode("latin-1") for entry in entries], indent=0) + "\n")


if __name__ == "__main__":
    main()
