"""The command lines of docs/operations.md, run in their order in an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from django.db import connection

from tests.dashboard.test_manage import run
from tests.dashboard.test_preparation_lock import empty_database
from tests.dashboard.test_serve import free_port, signed_in, wait_until_it_answers

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# What cannot run here, by how it begins, and why.
ELSEWHERE = {
    "DATABASE_URL=postgres://dashboard:…@db.internal": "the machines have other names",
    "docker ": "there is no Docker",
    "make install": "all of it is here already",
    "chown ": "there is no such user",
    "git pull": "there is nothing newer",
    "pg_restore ": "tried on PostgreSQL below",
}
START = re.compile(r"make run|\.venv/bin/python manage\.py serve")


def command_lines() -> list[str]:
    """Every line of the blocks that name no language, continued lines as one."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    texts = [re.sub(r"\\\n\s*", "", text) for language, text in blocks if not language]
    return [line for text in texts for line in text.splitlines() if line]


class Machine:
    """A folder as a clone leaves it, with what is installed beside it, and the folders for backups."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "clone", free_port()
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in filter(None, tracked.stdout.split("\0")):
            # What is compiled already need not be compiled once more.
            for path in (ROOT / name, Path(cache_from_source(str(ROOT / name)))):
                if path.is_file():
                    copy = self.folder / path.relative_to(ROOT)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(path, copy)
        (self.folder / ".venv").symlink_to(sys.prefix)
        self.outside = folder
        for name in ("backup", "elsewhere"):
            (folder / name).mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PORT": str(self.port)}
        self.site: subprocess.Popen[bytes] | None = None
        self.output = folder / "output"

    def do(self, line: str) -> str:
        """Run a line of the page; what it printed."""
        for name in ("backup", "elsewhere"):
            line = re.sub(rf"(?<=[ =\"])/{name}\b", str(self.outside / name), line)
        line = re.sub(r"\bNEW_NAME\b", "maria", re.sub(r"\bNAME\b", "admin", line))
        if START.search(line):
            self.start(START.sub("exec .venv/bin/python manage.py serve", line))
            return ""
        done = subprocess.run(
            ["bash", "-euc", f"umask 077; {line}"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, line: str) -> None:
        self.stop()
        with self.output.open("ab") as output:
            self.site = subprocess.Popen(
                ["bash", "-euc", re.sub(r"^((?:\w+=\S+ )*)exec ", r"exec env \1", line)],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        wait_until_it_answers(self.port)

    def stop(self) -> None:
        if self.site is not None:
            self.site.send_signal(signal.SIGTERM)
            assert self.site.wait(timeout=30) == 0
            self.site = None


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


def test_every_command_line_of_the_page_does_what_the_page_says(machine: Machine) -> None:
    printed: dict[str, str] = {}
    for line in command_lines():
        if line.startswith(tuple(ELSEWHERE)):
            continue
        if line.startswith("install -d -m 0700 var"):
            # "To restore, stop the site and begin with an empty DATA_DIR".
            machine.stop()
            shutil.move(machine.folder / "var", machine.outside / "lost")
        printed[line] = machine.do(line)
        if line.startswith("install -m 0600 var/secret_key /elsewhere/former_key"):
            # "With the site stopped", and from then on with the former key among the fallbacks.
            machine.stop()
            machine.environment["SECRET_KEY_FALLBACKS_FILE"] = str(machine.outside / "elsewhere" / "former_key")

    told = {part: text for line, text in printed.items() for part in [line.rpartition("manage.py ")[2]]}
    assert "SETTING" in told["check_config"]
    assert "admin" in told["list_members"]
    assert told["password_link NAME"].startswith(f"http://127.0.0.1:{machine.port}/")
    assert "The record is whole" in told["audit_verify"]
    assert "The database file takes" in told["audit_purge --vacuum"]
    password = re.findall(r"Password: (\S+)", machine.output.read_text())
    assert len(password) == 1
    assert signed_in(machine.port, username="admin", password=password[0])
    with closing(sqlite3.connect(machine.folder / "var" / "dashboard.sqlite3")) as database:
        assert ("maria",) in database.execute("SELECT username FROM auth_user").fetchall()
    assert {path.name for path in (machine.folder / "var").rglob("*") if path.stat().st_mode & 0o077} == set()


def test_what_is_not_run_is_still_on_the_page() -> None:
    assert [start for start in ELSEWHERE if not any(line.startswith(start) for line in command_lines())] == []


def test_the_lines_worth_an_alert_are_those_that_are_logged() -> None:
    rows = re.findall(r"^\| `(?:ERROR|WARNING)` \| (.*?) \| ", PAGE, re.MULTILINE)
    logged = re.sub(r'"\n\s*"', "", "\n".join(path.read_text() for path in ROOT.glob("[da]*/**/*.py")))
    lines = [line for row in rows for line in re.findall(r"`(.*?)`", row)]
    assert len(lines) > 10
    parts = [part.strip() for line in lines for part in re.split(r"…\)?", line)]
    assert [part for part in parts if part not in logged] == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="is about PostgreSQL")
def test_postgresql_is_restored_as_the_page_says(tmp_path: Path) -> None:
    [dump] = [line for line in command_lines() if line.startswith("scripts/back-up ")]
    [restore] = [line for line in command_lines() if line.startswith("pg_")]

    def do(line: str, database: str) -> None:
        line = line.replace("/backup", str(tmp_path / "backup")).replace(
            "scripts/back-up", str(ROOT / "scripts/back-up")
        )
        environment = os.environ | {"DATABASE_URL": database, "DATA_DIR": str(tmp_path)}
        subprocess.run(["bash", "-euc", line], env=environment, check=True)

    with empty_database(tmp_path) as lost, empty_database(tmp_path) as found:
        assert run(tmp_path, "migrate", DATABASE_URL=lost).returncode == 0
        assert run(tmp_path, "create_user", "maria", DATABASE_URL=lost).returncode == 0
        head = run(tmp_path, "audit_head", DATABASE_URL=lost).stdout.strip()
        do(dump, lost)
        do(restore, found)

        verified = run(tmp_path, "audit_verify", "--head", head, DATABASE_URL=found)
        assert verified.returncode == 0, verified.stdout
        assert "maria" in run(tmp_path, "list_members", DATABASE_URL=found).stdout
        assert (
            subprocess.run(
                ["bash", "-euc", restore.replace("/backup/", f"{tmp_path}/backup/")],
                check=False,
                env=os.environ | {"DATABASE_URL": found},
                capture_output=True,
            ).returncode
            != 0
        )
