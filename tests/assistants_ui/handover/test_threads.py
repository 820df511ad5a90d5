"""The script that code owners run: threads become conversations, whatever the servers and the power do meanwhile."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from assistants_ui.handover.conversations import SCRIPT

# The method and path of a request, and the status that it gets instead of an answer, or what happens before it.
Trouble = tuple[str, str, int | Callable[[], None]]


class Servers(ThreadingHTTPServer):
    """Both far ends: one that has threads, and one that keeps conversations in memory."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.threads: dict[str, list[dict[str, Any]]] = {}
        self.conversations: dict[str, dict[str, Any]] = {}
        self.batches: list[int] = []
        self.made = 0
        self.troubles: list[Trouble] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def texts(self, conversation_id: str) -> list[str]:
        items = self.conversations[conversation_id]["items"]
        return [part["text"] for item in items for part in item["content"] if "text" in part]


class Handler(BaseHTTPRequestHandler):
    server: Servers

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("retry-after-ms", "1")
        self.end_headers()
        self.wfile.write(content)

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        path = urlsplit(self.path).path.removeprefix("/v1")
        for trouble in self.server.troubles:
            method, pattern, what = trouble
            if method == self.command and re.fullmatch(pattern, path):
                self.server.troubles.remove(trouble)
                if isinstance(what, int):
                    return self.answer(what, {"error": {"message": f"no luck ({what})"}})
                what()
                break
        return self.carry_out(path.strip("/").split("/"), body)

    do_GET = do_POST = do_DELETE = serve  # noqa: N815

    def carry_out(self, path: list[str], body: dict[str, Any]) -> None:
        kept, threads = self.server.conversations, self.server.threads
        match self.command, path:
            case "GET", ["threads", thread] if thread in threads:
                about = {"id": thread, "object": "thread", "created_at": 1, "metadata": {"customer": "42"}}
                self.answer(200, about)
            case "GET", ["threads", thread, "messages"]:
                self.page(threads[thread])
            case "POST", ["conversations"]:
                self.server.made += 1
                made = {"id": f"conv_{self.server.made}", "metadata": body["metadata"], "items": list(body["items"])}
                kept[made["id"]] = made
                self.server.batches.append(len(body["items"]))
                self.answer(200, {"id": made["id"], "object": "conversation", "created_at": 1, "metadata": {}})
            case "POST", ["conversations", one, "items"]:
                kept[one]["items"] += body["items"]
                self.server.batches.append(len(body["items"]))
                self.answer(200, {"object": "list", "data": [], "first_id": "", "last_id": "", "has_more": False})
            case "GET", ["conversations", one, "items"]:
                self.page([{"id": f"msg_{number}", **item} for number, item in enumerate(kept[one]["items"])])
            case "DELETE", ["conversations", one] if one in kept:
                del kept[one]
                self.answer(200, {"id": one, "object": "conversation.deleted", "deleted": True})
            case _:
                self.answer(404, {"error": {"message": "not found"}})

    def page(self, rows: list[dict[str, Any]]) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        ids = [row["id"] for row in rows]
        start = ids.index(asked["after"][0]) + 1 if "after" in asked else 0
        shown = rows[start : start + int(asked["limit"][0])]
        last = shown[-1]["id"] if shown else None
        self.answer(200, {"object": "list", "data": shown, "last_id": last, "has_more": start + len(shown) < len(rows)})


def message(number: int, text: str | None = None, *, role: str = "user", **more: Any) -> dict[str, Any]:
    said = [{"type": "text", "text": {"value": text or f"text {number}", "annotations": []}}]
    return {"id": f"msg_{number}", "object": "thread.message", "role": role, "content": said, "metadata": {}, **more}


@pytest.fixture
def servers() -> Iterator[Servers]:
    server = Servers()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Script:
    """The script as somebody runs it, in a folder of its own."""

    def __init__(self, folder: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        (folder / "threads_to_conversations.py").write_text(SCRIPT, encoding="utf-8")
        monkeypatch.chdir(folder)
        for name in ("SOURCE_BASE_URL", "OPENAI_BASE_URL"):
            monkeypatch.setenv(name, servers.address)
        for name in ("SOURCE_API_KEY", "OPENAI_API_KEY"):
            monkeypatch.setenv(name, "none")
        self.monkeypatch = monkeypatch

    def run(self, *ids: str) -> int:
        """Run it in this process, which has its client loaded; how it ended."""
        Path("ids.txt").write_text("\ufeff" + "\r\n".join(ids) + "\n\n", encoding="utf-8")
        self.monkeypatch.setattr(sys, "argv", ["threads_to_conversations.py", "ids.txt"])
        with pytest.raises(SystemExit) as ended:
            exec(compile(SCRIPT, "threads_to_conversations.py", "exec"), {"__name__": "__main__"})
        return int(ended.value.code or 0)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in Path("conversations.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def script(tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Script:
    return Script(tmp_path, servers, monkeypatch)


def test_every_message_comes_along_in_order_twenty_at_a_time(
    script: Script, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    image = {"type": "image_file", "image_file": {"file_id": "file-1", "detail": "low"}}
    web = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    noted = {"type": "text", "text": {"value": "See【4:0†source】", "annotations": [{"type": "file_citation"}]}}
    servers.threads["thread_1"] = [
        message(0, "line\r\nend \u200f", content=[*message(0, "line\r\nend \u200f")["content"], image, web]),
        message(1, role="assistant", content=[noted, image], metadata={"a": "b"}),
        message(2, attachments=[{"file_id": "file-2", "tools": [{"type": "file_search"}]}]),
        message(3, content=[], file_ids=["file-3"]),
        message(4, content=[]),
        *(message(number, role="assistant" if number % 2 else "user") for number in range(5, 125)),
    ]
    servers.threads["thread_2"] = []

    assert script.run("thread_1", "thread_1", "thread_2") == 0

    assert servers.batches == [20, 20, 20, 20, 20, 20, 4, 0]
    kept = servers.conversations["conv_1"]
    assert kept["metadata"] == {"customer": "42", "thread_id": "thread_1"}
    assert servers.texts("conv_1")[:3] == ["line\r\nend \u200f", "See【4:0†source】", "text 2"]
    assert servers.texts("conv_1")[3:] == [f"text {number}" for number in range(5, 125)]
    first, answer, attached, older = kept["items"][:4]
    assert first["content"][1:] == [
        {"type": "input_image", "detail": "low", "file_id": "file-1"},
        {"type": "input_image", "detail": "auto", "image_url": "https://example.com/a.png"},
    ]
    assert answer["content"][0]["type"] == "output_text"
    assert attached["content"][1] == {"type": "input_file", "file_id": "file-2"}
    assert older["content"] == [{"type": "input_file", "file_id": "file-3"}]
    assert script.rows[1]["not_carried_over"] == {
        "annotations": 1,
        "parts of type image_file": 1,
        "tools of attachments": 1,
        "metadata of messages": 1,
        "messages without content": 1,
    }
    said = capsys.readouterr().out
    assert "2 threads: 2 moved, 0 done before, 0 failed." in said
    assert re.search(r"Not carried over: .*1 annotations.*1 parts of type image_file", said)


def test_busy_and_broken_servers_are_asked_again(script: Script, servers: Servers) -> None:
    servers.threads["thread_1"] = [message(number) for number in range(30)]
    servers.troubles = [
        *[("GET", "/threads/thread_1", 429)] * 3,
        *[("POST", "/conversations", 500)] * 2,
        ("POST", "/conversations/.*/items", 429),
    ]

    assert script.run("thread_1") == 0

    assert not servers.troubles
    assert servers.texts("conv_1") == [f"text {number}" for number in range(30)]


def test_a_thread_that_fails_leaves_no_half_and_the_others_go_on(
    script: Script, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    servers.threads = {"thread_1": [message(number) for number in range(30)], "thread_2": [message(1)]}
    servers.troubles = [("POST", "/conversations/conv_1/items", 500)] * 7

    assert script.run("thread_1", "thread_gone", "thread_2") == 1

    assert list(servers.conversations) == ["conv_2"]
    assert "3 threads: 1 moved, 0 done before, 2 failed." in capsys.readouterr().out
    assert [row["problem"] for row in script.rows if "problem" in row] != []

    assert script.run("thread_1", "thread_2") == 0
    assert sorted(len(kept["items"]) for kept in servers.conversations.values()) == [1, 30]
    assert "2 threads: 1 moved, 1 done before, 0 failed." in capsys.readouterr().out


def test_items_that_arrived_twice_are_noticed(script: Script, servers: Servers) -> None:
    servers.threads["thread_1"] = [message(number) for number in range(30)]

    def twice() -> None:
        servers.conversations["conv_1"]["items"] *= 2

    servers.troubles = [("GET", "/conversations/conv_1/items", twice)]
    assert script.run("thread_1") == 1
    assert servers.conversations == {}
    assert script.run("thread_1") == 0


def test_killed_in_the_middle_it_goes_on_and_leaves_one_conversation_a_thread(script: Script, servers: Servers) -> None:
    servers.threads = {f"thread_{number}": [message(one) for one in range(30)] for number in (1, 2, 3)}
    child = 0
    servers.troubles = [("POST", "/conversations/conv_2/items", lambda: os.kill(child, signal.SIGKILL))]
    child = os.fork()
    if not child:
        try:
            script.run(*servers.threads)
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    with Path("conversations.jsonl").open("a", encoding="utf-8") as report:
        report.write('{"thread_id": "thr')

    assert script.run(*servers.threads) == 0

    assert sorted(servers.conversations) == ["conv_1", "conv_3", "conv_4"]
    assert all(len(kept["items"]) == 30 for kept in servers.conversations.values())
