from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# As parallel tests do it, and what a server under test does.
LOADED_TWICE = """
import os, subprocess, sys
from django.conf import settings
assert settings.STATIC_ROOT.is_dir()
if sys.argv[1:]:
    subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
    if os.fork() == 0:
        sys.exit()
    os.wait()
    assert settings.DATA_DIR.is_dir()
"""


def test_a_run_leaves_no_folder_behind(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}

    subprocess.run(
        [sys.executable, "-c", LOADED_TWICE, LOADED_TWICE],
        cwd=ROOT,
        env=environment | {"TMPDIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
    )

    assert list(tmp_path.iterdir()) == []
