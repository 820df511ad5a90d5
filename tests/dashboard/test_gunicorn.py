"""What the site rests on inside gunicorn is what gunicorn documents as a place for others' code."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard import serving

# The base of every worker ("Optionally, you can provide your own worker by giving Gunicorn a Python path to a subclass
# of gunicorn.workers.base.Worker", setting worker_class), and the class of its log (setting logger_class).
DOCUMENTED = {
    ("dashboard/serving.py", "from gunicorn.workers.base import Worker as GunicornWorker"),
    ("dashboard/server/log.py", "from gunicorn.glogging import Logger as GunicornLogger"),
}


def test_nothing_rests_on_what_gunicorn_does_not_promise() -> None:
    root = Path(serving.__file__).parents[1]
    found = {
        (str(path.relative_to(root)), line)
        for room in ("dashboard", "assistants_server", "assistants_ui", "assistants_client")
        for path in (root / room).rglob("*.py")
        for line in re.findall(r"^\s*((?:from|import) gunicorn.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert found == DOCUMENTED
