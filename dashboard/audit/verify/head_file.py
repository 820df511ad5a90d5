"""The head of the log as the site noted it when it last started, in a file beside the database.

Whoever can write to the database alone can empty the log and let it grow anew, every seal right;
the file still names a row that is then not there. It lies in ``DATA_DIR`` as ``audit_head``.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from dashboard.audit.verify.verification import contains, current_head, parse_head


def noted_head() -> str:
    """``SEQ:SEAL``, or nothing when none was noted yet."""
    try:
        return "{}:{}".format(*parse_head(_path().read_text(encoding="ascii")))
    except (FileNotFoundError, ValueError):
        return ""


def note_head() -> bool:
    """Note the present head; False when the log no longer holds the one noted before, which then stays."""
    before = noted_head()
    if before and not contains(before):
        return False
    fresh = _path().with_suffix(".new")
    fresh.write_text(f"{current_head()}\n", encoding="ascii")
    fresh.replace(_path())
    return True


def _path() -> Path:
    return Path(settings.DATA_DIR) / "audit_head"
