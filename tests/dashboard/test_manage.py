"""``manage.py`` as a process of its own, where it cannot work: a sentence and exit code 1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dashboard.test_serve import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def run(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "tests.settings"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", [("password_link", "admin"), ("export_assistants", "saved.json"), ("create_api_key", "bot")]
)
def test_a_command_before_the_first_start_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = run(tmp_path, *arguments)

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "The database is not prepared for this version: start the site once, or run manage.py migrate."
    )
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgres://me:secret@127.0.0.1:1/nowhere", "Connection refused"),
        ("sqlite:////nowhere/at/all.sqlite3", "unable to open database file"),
        ("sqlite:///{data}/damaged", "file is not a database"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "audit_verify"])
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, command: str, url: str, told: str
) -> None:
    (tmp_path / "damaged").write_text("This is no database. " * 100)

    ended = run(tmp_path, command, DATABASE_URL=url.format(data=tmp_path), PORT=str(free_port()))

    assert ended.returncode == 1
    assert ended.stderr.startswith("The database that DATABASE_URL names cannot be used: ")
    assert told in ended.stderr
    assert "secret" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_what_a_command_writes_is_for_its_own_user(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate").returncode == 0
    assert run(tmp_path, "export_assistants", str(tmp_path / "saved.json")).returncode == 0

    assert {path.name for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077} == set()


@pytest.mark.parametrize("put_there", [False, True])
def test_a_site_whose_database_file_was_moved_away_is_not_ready(tmp_path: Path, put_there: bool) -> None:
    code = f"""
from pathlib import Path
from django.conf import settings
from django.test import Client

def asked():
    answer = Client().get("/readyz")
    print(answer.status_code, answer.json()["database"])

asked()
file = Path(settings.DATABASES["default"]["NAME"])
file.rename(file.with_suffix(".moved"))
if {put_there}:
    file.touch()
asked()
"""
    ended = run(tmp_path, "shell", "--no-imports", "-c", code)

    assert ended.stdout.splitlines() == ["200 ok", "503 the database file is gone or replaced"], ended.stderr
