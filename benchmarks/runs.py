"""Runs through /v1 against calls of the bare model, over real sockets, with default settings on SQLite.

One instance and a scripted model, each in a process of its own. A word of the model is the moment at which it
was said, so what /v1 adds to it is the difference of two medians.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from assistants_client import Client
from benchmarks.files import MEGABYTE, ROOT, family, instance, manage, resident, signed_in
from benchmarks.table import Row, row

RUNS = 200
STREAMS = 500
SAID = re.compile(r"(\d{10}\.\d{6}) ")
ASSISTANTS = "/w/main/assistants/"


def rows(rounds: int) -> list[Row]:
    with ExitStack() as stack:
        model = stack.enter_context(stub_model())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(instance(folder, {"MODEL_BASE_URL": f"{model}/v1", "MODEL_API": "chat"}))
        key = manage(server, "create_api_key", "benchmark").splitlines()[-1]
        bench = Bench(url=server["SITE_URL"], key=key, model=model)
        person = stack.enter_context(signed_in(server["SITE_URL"]))
        return [
            *bench.words(max(5, rounds)),
            *bench.many_runs(),
            *bench.many_streams(person, family(server["PID"])),
        ]


@contextmanager
def stub_model() -> Iterator[str]:
    """The address of a scripted model."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.stub_model", str(port)], cwd=ROOT)
    try:
        for _ in range(100):
            try:
                httpx.get(f"http://127.0.0.1:{port}/asked")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


class Bench:
    def __init__(self, *, url: str, key: str, model: str) -> None:
        self.url, self.key, self.model = url, key, model
        with self.client() as client:
            self.assistants = {
                name: client.assistants.create(model=name, instructions="Answer.").id
                for name in ("words", "quick", "hang")
            }

    def client(self) -> Client:
        return Client(base_url=f"{self.url}/v1", api_key=self.key)

    def body(self, model: str) -> dict[str, Any]:
        thread = {"messages": [{"role": "user", "content": "Hello?"}]}
        return {"assistant_id": self.assistants[model], "thread": thread, "stream": True}

    def words(self, rounds: int) -> list[Row]:
        """What /v1 adds to the first word and to each further one, and how soon a run is picked up."""
        bare, ours = [], []
        with httpx.Client(timeout=60, headers={"Authorization": f"Bearer {self.key}"}) as http:
            for _ in range(rounds):
                bare.append(Heard(http, f"{self.model}/v1/chat/completions", {"model": "words", "stream": True}))
                ours.append(Heard(http, f"{self.url}/v1/threads/runs", self.body("words")))
        first, further = (statistics.median(h.first for h in bare), statistics.median(h.further for h in bare))
        return [
            row("added to the first word", [(h.first - first) * 1000 for h in ours], unit="ms", at_most=15),
            row("added to each further word", [(h.further - further) * 1000 for h in ours], unit="ms", at_most=1),
            row("from queued to in progress", [h.picked_up * 1000 for h in ours], unit="ms"),
        ]

    def many_runs(self) -> list[Row]:
        """So many runs at once, each in a thread of its own: all are to end, and each once."""

        def answered(http: httpx.Client) -> str:
            body = self.body("quick") | {"stream": False}
            run = http.post("/threads/runs", json=body).raise_for_status().json()
            while True:
                found = http.get(f"/threads/{run['thread_id']}/runs/{run['id']}").raise_for_status()
                if "openai-poll-after-ms" not in found.headers:
                    return str(found.json()["status"])
                time.sleep(int(found.headers["openai-poll-after-ms"]) / 1000)

        before = self.asked("quick")
        limits = httpx.Limits(max_connections=RUNS, max_keepalive_connections=RUNS)
        headers = {"Authorization": f"Bearer {self.key}"}
        with (
            httpx.Client(base_url=f"{self.url}/v1", headers=headers, limits=limits, timeout=60) as http,
            ThreadPoolExecutor(RUNS) as pool,
        ):
            began = time.perf_counter()
            ended = list(pool.map(answered, [http] * RUNS))
        seconds = time.perf_counter() - began
        completed = ended.count("completed")
        return [
            row(f"of {RUNS} runs at once, completed", [completed], unit="", at_least=RUNS),
            row("calls of the model for them", [self.asked("quick") - before], unit="", at_least=RUNS, at_most=RUNS),
            row("until the last of them ended", [seconds], unit="s"),
        ]

    def many_streams(self, person: httpx.Client, processes: list[Path]) -> list[Row]:
        """So many open streams, and what they leave to the pages."""
        pages(person, 5)
        idle, before = pages(person, 20), resident(processes)

        async def story() -> tuple[list[float], int]:
            streams = [await self.opened() for _ in range(STREAMS)]
            taken = resident(processes) - before
            busy = await asyncio.to_thread(pages, person, 20)
            for stream in streams:
                stream.close()
            return busy, taken

        busy, taken = asyncio.run(story())
        middle = statistics.median(idle)
        return [
            row("list page, nothing else going on", [each * 1000 for each in idle], unit="ms"),
            row(f"list page beside {STREAMS} open streams", [each * 1000 for each in busy], unit="ms"),
            row("the one / the other", [each / middle for each in busy], at_most=2),
            row("memory of one open stream", [taken / STREAMS / MEGABYTE * 1024], unit="kB"),
        ]

    async def opened(self) -> asyncio.StreamWriter:
        """A stream of a run that goes on, once its first event is here."""
        body = json.dumps(self.body("hang")).encode()
        reader, writer = await asyncio.open_connection(*self.url.removeprefix("http://").split(":"))
        writer.write(
            f"POST /v1/threads/runs HTTP/1.1\r\nHost: {self.url.removeprefix('http://')}\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        status = await reader.readline()
        assert b" 200 " in status, status
        await reader.readuntil(b"thread.run.queued")
        return writer

    def asked(self, model: str) -> int:
        return int(httpx.get(f"{self.model}/asked").json().get(model, 0))


class Heard:
    """One stream, as its reader heard it."""

    def __init__(self, http: httpx.Client, url: str, body: dict[str, Any]) -> None:
        ages: list[float] = []
        began, self.first, self.picked_up, queued = time.time(), 0.0, 0.0, 0.0
        with http.stream("POST", url, json=body) as response:
            for line in response.iter_lines():
                now = time.time()
                if line == "event: thread.run.queued":
                    queued = now
                elif line == "event: thread.run.in_progress":
                    self.picked_up = now - queued
                elif (found := SAID.search(line)) and "completed" not in line:
                    ages.append(now - float(found[1]))
                    self.first = self.first or now - began
        # The first one waited for what comes before all words.
        self.further = statistics.median(ages[1:])


def pages(person: httpx.Client, count: int) -> list[float]:
    """Seconds of so many views of the list."""
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        status = person.get(ASSISTANTS).status_code
        seconds.append(time.perf_counter() - began)
        assert status == 200, status
    return seconds
