"""What the serving worker rests on inside gunicorn is named, is as it was read, and is used nowhere else."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import re
from pathlib import Path

import pytest

from dashboard import serving

# What the worker rests on and gunicorn does not promise to keep (docs/decisions/028-server-of-the-site.md): the modules
# that were read when it was written, by the SHA-256 of their source. Read what changed before a new one is put here.
READ = {
    "gunicorn.workers.gthread": "2aa395873b3e9084dc99c580f890843b6554b53e930258344c0e4cde3a16bdeb",
    "gunicorn.http.parser": "618c7c5a229709e51a95c4794d4a7f112016a5f53d2ecfe8f2dd6205aeb591dd",
    "gunicorn.http.unreader": "a28537df77eb34f0ab56e83fc07f21c6f5a3bd1ad0181bb44246817b75530d21",
}


@pytest.mark.parametrize("name", READ)
def test_what_the_worker_rests_on_is_as_it_was_read(name: str) -> None:
    source = inspect.getsource(importlib.import_module(name))

    assert hashlib.sha256(source.encode()).hexdigest() == READ[name]


def test_no_other_module_rests_on_what_gunicorn_does_not_promise() -> None:
    """Its hooks, settings and the class of its log are documented; its errors carry what it says of a broken body."""
    allowed = {"dashboard/serving.py", "dashboard/server/log.py", "assistants_server/http/request_body.py"}
    root = Path(serving.__file__).parents[1]
    found = {
        str(path.relative_to(root))
        for room in ("dashboard", "assistants_server", "assistants_ui", "assistants_client")
        for path in (root / room).rglob("*.py")
        if re.search(r"^\s*(from|import) gunicorn", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert found == allowed
