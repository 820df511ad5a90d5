"""Processes that start at the same moment on an empty database: one prepares it, the others wait and say so.

``START_ROUNDS=20 scripts/with-services .venv/bin/python -m pytest -n 0 tests/dashboard/test_preparation_lock.py``
tries it twenty times on PostgreSQL.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from dashboard.management.preparation import WAITING, preparation
from tests.dashboard.test_manage import run
from tests.dashboard.test_serve import ROOT, free_port, wait_until_it_answers

ROUNDS = int(os.environ.get("START_ROUNDS", "1"))


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of a database without a table, of the kind that the tests run on."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    address, name = os.environ["DATABASE_URL"], f"empty_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def started(folder: Path, number: int, *, port: int, database: str) -> Iterator[Path]:
    """A site that is starting; what it prints goes into the file. It is stopped as an operator stops it."""
    output = folder / f"output-{number}"
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=file, stderr=file
        )
        try:
            yield output
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is for one process")
@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_two_processes_start_together_on_an_empty_database(tmp_path: Path, attempt: int) -> None:
    ports = [free_port(), free_port()]
    with empty_database(tmp_path) as database, ExitStack() as running:
        outputs = [
            running.enter_context(started(tmp_path, number, port=port, database=database))
            for number, port in enumerate(ports)
        ]
        for port in ports:
            wait_until_it_answers(port)
        texts = [output.read_text() for output in outputs]

    assert sorted(text.count("  Password:") for text in texts) == [0, 1]
    assert not [text for text in texts if "Traceback" in text]


@pytest.mark.django_db
def test_who_waits_says_so_and_goes_on_when_it_is_done() -> None:
    said: list[str] = []
    heard, entered = Event(), Event()

    def say(sentence: str) -> None:
        said.append(sentence)
        heard.set()

    def prepare() -> None:
        with preparation(say):
            entered.set()

    second = Thread(target=prepare)
    with preparation(pytest.fail):
        second.start()
        assert heard.wait(10)
        assert not entered.is_set()
    second.join(10)

    assert entered.is_set()
    assert said == [WAITING]


def test_migrating_can_be_a_step_of_its_own(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database:
        settings = {"DATABASE_URL": database, "MIGRATE": "off", "PORT": str(free_port())}
        ended = run(tmp_path, "serve", **settings)

    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("not prepared for this version: run manage.py migrate first.")
