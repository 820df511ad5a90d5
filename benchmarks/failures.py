"""What dies while runs are answered: workers and the site at eight moments, and beside services PostgreSQL and Redis.

    python -m benchmarks failures                             # workers and the site on SQLite
    scripts/with-services python -m benchmarks failures       # also on PostgreSQL, two workers, and without either

Each row counts what came to the one truthful end that was expected, the thread free again and nothing said twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistants_client import Client, Run
from benchmarks.files import ROOT, family, instance, manage
from benchmarks.table import Row, row
from tests.assistants_server.model_server import Handler, Script, ScriptedServer, calls, says, serving

# Half a minute until a worker counts as lost, and some more to answer.
PATIENCE_SECONDS = 75
SHARED = 40
ENDS = ("completed", "failed", "expired", "cancelled", "incomplete")
FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


def rows(rounds: int) -> list[Row]:
    with ExitStack() as stack:
        model = stack.enter_context(serving())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        more = {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL") if name in os.environ}
        served = {"MODEL_BASE_URL": model.base_url, "MODEL_API": "chat", "RUN_WORKERS": "0", **more}
        environment = stack.enter_context(instance(folder, served))
        key = manage(environment, "create_api_key", "failures").splitlines()[-1]
        client = stack.enter_context(Client(base_url=f"{environment['SITE_URL']}/v1", api_key=key))
        trial = Trial(client, model, environment)
        found = [*trial.killed_workers(), *killed_site(folder / "site", model)]
        if "DATABASE_URL" in more and "CACHE_URL" in more:
            found += [*trial.two_workers(), *trial.without_redis(more["CACHE_URL"]), *trial.without_postgres()]
        return found


@dataclass
class Moment:
    """When a worker is killed: after the model's ``scripts`` so far, and how the run is to end.

    ``calls`` is how often the model is then asked in all; ``is_fed``: the worker hears the outputs of a function.
    """

    name: str
    scripts: list[Callable[[Moment], Script]]
    status: str
    calls: int
    waits: bool = False
    is_fed: bool = False
    at_once: bool = False
    """Not waited for: it is killed as soon as the run is queued, whether anybody has begun with it or not."""
    reached: threading.Event = field(default_factory=threading.Event)


def hanging(moment: Moment, *steps: Callable[[Handler], None]) -> Script:
    def script(handler: Handler) -> None:
        for step in steps:
            step(handler)
        moment.reached.set()
        handler.server.released.wait(120)

    return script


def words(handler: Handler) -> None:
    handler.begin()
    handler.chunk({"content": "Half an "})
    # What is in memory alone is written after a tenth of a second.
    handler.server.released.wait(0.3)
    handler.chunk({"content": "answer"})


def arguments(handler: Handler) -> None:
    handler.begin()
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"a'}}
    handler.chunk({"tool_calls": [call]})


def asks(moment: Moment) -> Script:
    return calls("weather", "{}")


def moments() -> list[Moment]:
    return [
        Moment("asked, no answer yet", [hanging], "completed", 2),
        Moment("the head of an answer", [lambda m: hanging(m, Handler.begin)], "completed", 2),
        Moment("amid the text", [lambda m: hanging(m, words)], "failed", 1),
        Moment("amid a call's arguments", [lambda m: hanging(m, arguments)], "failed", 1),
        Moment("waiting for outputs", [asks], "completed", 2, waits=True),
        Moment("asked again after outputs", [asks, hanging], "completed", 3, waits=True, is_fed=True),
        Moment("after the last word", [lambda m: hanging(m, words, lambda h: h.chunk({}, "stop"))], "failed", 1),
        Moment("queued just now", [hanging], "completed", 2, at_once=True),
    ]


def killed_site(folder: Path, model: ScriptedServer) -> list[Row]:
    """Kill the site, whose own threads answer its runs, while they are at all moments; then start it again."""
    tried = {moment.name: moment for moment in moments()}
    served = {"MODEL_BASE_URL": model.base_url, "MODEL_API": "chat", "RUN_WORKERS": str(len(tried))}
    folder.mkdir()
    with instance(folder, served) as environment:
        key = manage(environment, "create_api_key", "failures").splitlines()[-1]
        with Client(base_url=f"{environment['SITE_URL']}/v1", api_key=key) as client:
            trial = Trial(client, model, environment)
            begun = trial.reach(tried)
        for process in [*family(environment["PID"])[1:], *family(environment["PID"])[:1]]:
            os.kill(int(process.parent.name), signal.SIGKILL)
    with (
        instance(folder, served) as environment,
        Client(base_url=f"{environment['SITE_URL']}/v1", api_key=key) as client,
    ):
        trial.client = client
        return trial.judge("site", tried, begun)


class Trial:
    def __init__(self, client: Client, model: ScriptedServer, environment: dict[str, str]) -> None:
        self.client, self.model, self.environment = client, model, environment
        self.model.otherwise = says("Whole.")
        made = client.assistants.create(model="m", instructions="Answer.", tools=[FUNCTION])
        self.assistant = made.id

    @contextmanager
    def worker(self, *, key: str = "key", workers: int = 1) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "manage.py", "run_worker", "--workers", str(workers)]
        environment = self.environment | {"MODEL_API_KEY": key}
        with Path(self.environment["DATA_DIR"], "worker.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def begin(self, *, model: str = "m") -> Run:
        thread = {"messages": [{"role": "user", "content": "Hello?"}]}
        return self.client.threads.create_and_run(assistant_id=self.assistant, thread=thread, model=model)

    def look(self, run: Run) -> Run:
        return self.client.threads.runs.retrieve(run.id, thread_id=run.thread_id)

    def until(self, run: Run, *statuses: str, seconds: float = PATIENCE_SECONDS) -> Run:
        late = time.monotonic() + seconds
        while (found := self.look(run)).status not in statuses and time.monotonic() < late:
            time.sleep(0.2)
        return found

    def submit(self, run: Run) -> None:
        found = self.look(run)
        outputs = [{"tool_call_id": call["id"], "output": "warm"} for call in found.required_tool_calls]
        self.client.threads.runs.submit_tool_outputs(run.id, thread_id=run.thread_id, tool_outputs=outputs)

    def killed_workers(self) -> list[Row]:
        """Kill a worker while runs are at all moments; then let a new one find what it left."""
        tried = {moment.name: moment for moment in moments()}
        with self.worker(workers=len(tried)):
            begun = self.reach(tried)
        with self.worker(workers=len(tried)):
            return self.judge("worker", tried, begun)

    def reach(self, tried: dict[str, Moment]) -> dict[str, Run]:
        """A run at each of the moments."""

        def otherwise(handler: Handler) -> None:
            moment = tried.get(handler.body["model"])
            script = moment.scripts.pop(0)(moment) if moment and moment.scripts else says("Whole.")
            script(handler)

        self.model.otherwise = otherwise
        self.model.bodies.clear()
        begun = {name: self.begin(model=name) for name, moment in tried.items() if not moment.at_once}
        for name, run in begun.items():
            moment = tried[name]
            if moment.waits:
                self.until(run, "requires_action")
            if moment.is_fed:
                self.submit(run)
            if moment.is_fed or not moment.waits:
                assert moment.reached.wait(30), name
        return begun | {name: self.begin(model=name) for name, moment in tried.items() if moment.at_once}

    def judge(self, killed: str, tried: dict[str, Moment], begun: dict[str, Run]) -> list[Row]:
        """Whether each of the runs came to the end that its moment allows."""
        for name, moment in tried.items():
            if moment.waits and not moment.is_fed:
                self.submit(begun[name])
            # What was not said before the end is not said now.
            moment.scripts.clear()
        ended = {name: self.until(run, *ENDS) for name, run in begun.items()}
        self.model.otherwise = says("Whole.")
        asked = Counter(body["model"] for body in self.model.bodies)
        found = []
        for name, moment in tried.items():
            # Nobody may have asked yet when it died.
            calls = asked[name] if moment.at_once and asked[name] <= moment.calls else moment.calls
            seen = (ended[name].status, asked[name], self.is_free(ended[name]), self.is_whole(ended[name]))
            is_right = seen == (moment.status, calls, True, True)
            if not is_right:
                sys.stderr.write(f"{killed} killed, {name}: {seen}\n")
            found.append(row(f"{killed} killed: {name}", [float(is_right)], unit="", at_least=1))
        return found

    def is_free(self, run: Run) -> bool:
        """Whether the thread takes a message again."""
        message = self.client.threads.messages.create(run.thread_id, role="user", content="And now?")
        return bool(message.id)

    def is_whole(self, run: Run) -> bool:
        """Whether nothing of the run is left open and nothing of it was said twice."""
        steps = self.client.threads.runs.steps.list(run.id, thread_id=run.thread_id).data
        answers = list(self.client.threads.messages.list(run.thread_id, run_id=run.id).data)
        return all(step.status != "in_progress" for step in steps) and len(answers) <= 1

    def two_workers(self) -> list[Row]:
        """Two processes with as many threads each; by the key that they send they are told apart."""
        self.model.otherwise = slowly("Shared.")
        before = len(self.model.keys)
        with self.worker(key="one", workers=4), self.worker(key="two", workers=4):
            # Whoever was started first would have taken the most.
            while len(set(self.model.keys[before:])) < 2:
                for run in [self.begin() for _ in range(8)]:
                    self.until(run, *ENDS)
            before = len(self.model.keys)
            made = [self.begin() for _ in range(SHARED)]
            ended = [self.until(run, *ENDS).status for run in made]
        self.model.otherwise = says("Whole.")
        shares = Counter(self.model.keys[before:])
        return [
            row(f"of {SHARED} runs two workers completed", [ended.count("completed")], unit="", at_least=SHARED),
            row("calls of the model for them", [shares.total()], unit="", at_least=SHARED, at_most=SHARED),
            row("share of the busier one", [max(shares.values()) / SHARED], unit="", at_most=0.65),
        ]

    def without_redis(self, url: str) -> list[Row]:
        import redis

        with redis.Redis.from_url(url) as server:
            process = int(server.info("server")["process_id"])
        with self.worker():
            self.model.scripts.append(slowly("Slow."))
            run = self.begin()
            os.kill(process, signal.SIGKILL)
            ended = self.until(run, *ENDS)
        is_right = ended.status == "completed" and self.is_free(ended)
        return [row("Redis killed during a run", [float(is_right)], unit="", at_least=1)]

    def without_postgres(self) -> list[Row]:
        """Kill the database while words are on their way, and start it again after three seconds."""
        server = Postgres(self.environment["DATABASE_URL"])
        with self.worker():
            moment = Moment("", [], "failed", 1)
            self.model.scripts.append(hanging(moment, words))
            run, waiting = self.begin(), self.begin()
            moment.reached.wait(30)
            server.kill()
            self.model.released.set()
            time.sleep(3)
            server.start()
            ended = [self.until(each, *ENDS) for each in (run, waiting)]
        found = [each.status for each in ended]
        is_right = found == ["failed", "completed"] and all(self.is_free(each) for each in ended)
        return [row("PostgreSQL killed amid the text, back after 3 s", [float(is_right)], unit="", at_least=1)]


def slowly(text: str) -> Script:
    def script(handler: Handler) -> None:
        handler.server.released.wait(0.3)
        says(text)(handler)

    return script


class Postgres:
    """The database server of ``scripts/with-services``, which may be killed."""

    def __init__(self, url: str) -> None:
        import psycopg

        with psycopg.connect(url) as connection:
            found: Any = connection.execute("SHOW data_directory").fetchone()
        self.folder = Path(found[0])

    def kill(self) -> None:
        os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def start(self) -> None:
        command = (self.folder / "postmaster.opts").read_text()
        program = Path(command.split()[0])
        owner = self.folder.stat()
        subprocess.run(
            [str(program.with_name("pg_ctl")), "--pgdata", str(self.folder), "--silent", "--wait", "restart"],
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )
