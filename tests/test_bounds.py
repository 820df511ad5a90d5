"""The table of bounds in docs/limits.md is that of dashboard/bounds.py."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard import bounds

LIMITS = Path(__file__).resolve().parent.parent / "docs" / "limits.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([\d.,]+)[^|]* \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_every_bound_is_in_the_table_with_its_value_its_reason_and_what_is_seen() -> None:
    rows = {name: value.replace(",", "") for name, value, _, _ in ROW.findall(LIMITS.read_text(encoding="utf-8"))}
    known = {name: str(value) for name, value in vars(bounds).items() if name.isupper()}
    assert rows == known
