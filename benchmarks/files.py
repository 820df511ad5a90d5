"""Uploads of 512 MB through the dashboard to another instance, over real sockets.

Two instances in processes of their own: the one that people use, and the one that its workspace
points at. The floor is the same file sent straight to the second one. Cancelling is measured by
what is left afterwards, on both sides.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from assistants_client import Client
from benchmarks.table import Row, row

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 2**20
SIZE = 512 * MEGABYTE
PASSWORD = "a password for the benchmark"
CHUNK = secrets.token_bytes(256 * 1024)


def rows(rounds: int) -> list[Row]:
    times = min(rounds, 3)
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        server = stack.enter_context(instance(folders[0], {}))
        key = manage(server, "create_api_key", "benchmark").splitlines()[-1]
        remote = {"WORKSPACE_MAIN_BASE_URL": f"{server['SITE_URL']}/v1", "WORKSPACE_MAIN_API_KEY": key}
        dashboard = stack.enter_context(instance(folders[1], remote))
        client = stack.enter_context(Client(base_url=f"{server['SITE_URL']}/v1", api_key=key))
        person = stack.enter_context(signed_in(dashboard["SITE_URL"]))
        assistant_id = client.assistants.create(model="gpt-4.1-mini", name="Reader").id
        page = f"/w/main/assistants/{assistant_id}/files/"

        straight, through, above, steps = [], [], [], []
        for _ in range(times):
            began = time.perf_counter()
            client.files.create(file=("straight.bin", Zeros(SIZE)), purpose="assistants")
            straight.append(time.perf_counter() - began)
            with watched(dashboard) as memory, followed(person, token := secrets.token_hex(16)) as progress:
                began = time.perf_counter()
                status = send(person, page, token=token, size=SIZE)
                through.append(time.perf_counter() - began)
            assert status == 200, status
            above.append(memory.above / MEGABYTE)
            steps.append(float(len(set(progress.seen))))
        kept = len(client.files.list().data)
        left = cancelled(person, page)
        files_left = len(client.files.list().data) - kept
        incoming = folders[0] / "files" / "incoming"
        bytes_left = sum(path.stat().st_size for path in [*incoming.glob("*"), *(folders[1] / "spool").glob("*")])
    return [
        row("memory of the dashboard above rest", above, unit="MB", at_most=60),
        row("through the dashboard / straight to the server", [a / b for a, b in zip(through, straight, strict=True)]),
        row("through the dashboard", through, unit="s"),
        row("different steps of progress shown", steps, unit="", at_least=2),
        row("from Cancel to the end", [left], unit="s", at_most=5),
        row("files left after Cancel", [float(files_left)], unit="", at_most=0),
        row("bytes left on both disks after Cancel", [float(bytes_left)], unit="", at_most=0),
    ]


class Zeros:
    """A file of ``size`` bytes that takes no memory; not really zeros, so that nothing can squeeze it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.place = 0

    def read(self, size: int = -1) -> bytes:
        piece = CHUNK[: min(size, self.size - self.place)]
        self.place += len(piece)
        return piece

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = self.size if whence == os.SEEK_END else offset
        return self.place


@contextmanager
def instance(folder: Path, more: dict[str, str]) -> Iterator[dict[str, str]]:
    """A dashboard that serves from ``folder``; gives its environment, with its process id as ``PID``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ADMIN_PASSWORD": PASSWORD,
        "EMBEDDED_REQUESTS_PER_MINUTE": "0",
        **more,
    }
    manage(environment, "collectstatic", "--noinput")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(f"{environment['SITE_URL']}/healthz")
            yield environment | {"PID": str(process.pid)}
        finally:
            process.terminate()
            process.wait(timeout=70)


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer.")


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@contextmanager
def signed_in(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=120) as person:
        token = token_in(person.get("/login/").text)
        person.post("/login/", data={"csrfmiddlewaretoken": token, "username": "admin", "password": PASSWORD})
        yield person


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page[:500]
    return found[1]


def send(person: httpx.Client, page: str, *, token: str, size: int) -> int:
    """Post the form as a browser does, with one file of ``size`` bytes; gives the answer's status."""
    csrf = token_in(person.get(page).text)
    boundary = secrets.token_hex(16)
    fields = {"csrfmiddlewaretoken": csrf, "use": "code_interpreter", "upload_token": token, "even_if_known": "on"}
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{token}.bin"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    tail = f"\r\n--{boundary}--\r\n".encode()
    body = Zeros(size)

    def pieces() -> Iterator[bytes]:
        yield head.encode()
        while piece := body.read(len(CHUNK)):
            yield piece
        yield tail

    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head.encode()) + size + len(tail)),
        "HX-Request": "true",
    }
    return person.post(page, content=pieces(), headers=headers).status_code


class Memory:
    above = 0


@contextmanager
def watched(environment: dict[str, str]) -> Iterator[Memory]:
    """How far the resident memory of the instance, its workers included, rose above what it was."""
    memory = Memory()
    over = threading.Event()
    processes = family(environment["PID"])
    before = resident(processes)

    def watch() -> None:
        while not over.wait(0.1):
            memory.above = max(memory.above, resident(processes) - before)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def family(process: str) -> list[Path]:
    """The status files of a process and its children."""
    own = [Path("/proc") / process / "status"]
    return own + [
        status for status in Path("/proc").glob("[0-9]*/status") if f"\nPPid:\t{process}\n" in status.read_text()
    ]


def resident(processes: list[Path]) -> int:
    """Bytes in memory."""
    return sum(int(re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())[0]) * 1024 for status in processes)


class Progress:
    """What the page was told, in order."""

    def __init__(self) -> None:
        self.seen: list[int] = []


@contextmanager
def followed(person: httpx.Client, token: str) -> Iterator[Progress]:
    """Ask, as the page does, how far the dashboard is with handing the file on."""
    progress = Progress()
    over = threading.Event()

    def follow() -> None:
        while not over.wait(0.3):
            page = person.get(f"/w/main/uploads/{token}/").text
            found = re.search(r'value="(\d+)"', page)
            if found:
                progress.seen.append(int(found[1]))

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield progress
    finally:
        over.set()
        thread.join()


def cancelled(person: httpx.Client, page: str) -> float:
    """Cancel an upload while it is handed on; the seconds until the dashboard has let go of it."""
    token = secrets.token_hex(16)
    csrf = token_in(person.get(page).text)
    sending = threading.Thread(target=send, args=(person, page), kwargs={"token": token, "size": SIZE})
    sending.start()
    with followed(person, token) as progress:
        while not any(progress.seen) and sending.is_alive():
            time.sleep(0.05)
    began = time.perf_counter()
    person.post(f"/w/main/uploads/{token}/cancel/", headers={"X-CSRFToken": csrf, "HX-Request": "true"})
    sending.join()
    return time.perf_counter() - began
