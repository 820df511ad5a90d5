"""The version of this product, which CHANGELOG.md decides."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent.parent / "CHANGELOG.md"


@cache
def version() -> str:
    """The number of the newest entry, such as ``1.2.0``."""
    newest = re.search(r"^## (\d+\.\d+\.\d+)", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    if newest is None:
        raise LookupError("CHANGELOG.md has no entry that begins with '## ' and a version.")
    return newest[1]
