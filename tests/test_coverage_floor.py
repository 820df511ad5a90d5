"""The share of the lines that the tests run may not fall, and what is won is kept."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(__file__).resolve().parent.parent / "scripts" / "coverage-floor"


@pytest.mark.parametrize(
    ("covered", "is_enough", "floor"),
    [(92.4, True, 91), (91.0, True, 91), (90.99, False, 91), (93.5, True, 93), (93.49, True, 92)],
)
def test_the_floor_refuses_less_and_rises_with_more(
    covered: float, is_enough: bool, floor: int, tmp_path: Path
) -> None:
    report, kept = tmp_path / "report.json", tmp_path / "floor.txt"
    files = {"site/pages.py": {"missing_lines": [1, 2]}}
    report.write_text(json.dumps({"summary": {"percent_covered": covered}, "files": files}), encoding="utf-8")
    kept.write_text("91\n", encoding="utf-8")

    done = subprocess.run([sys.executable, COMMAND, report, kept], capture_output=True, text=True, check=False)

    assert f"Covered: {covered:.2f} % of the lines; the floor is 91 %." in done.stdout
    assert (done.returncode == 0) is is_enough
    assert ("2 lines not covered in site/pages.py" in done.stdout) is not is_enough
    assert int(kept.read_text(encoding="utf-8")) == floor
