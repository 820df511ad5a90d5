"""The client installed alone, in an environment that holds what its metadata asks for and nothing else."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """\
from assistants_client import APIStatusError, Client, Run, omit

with Client(base_url="https://example.com/v1", api_key="key") as client:
    try:
        for assistant in client.assistants.list(limit=100):
            name: str | None = assistant.name
        run: Run = client.threads.runs.create_and_poll(thread_id="thread_1", assistant_id="asst_1")
        status: str = client.files.retrieve("file-1", extra_headers={"X-Trace": "1"}).filename
    except APIStatusError as error:
        code: int = error.status_code
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment into which the wheel of this folder was put.

    No index is asked: the packages that the wheel needs are copied from the environment of the tests.
    """
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    shutil.copytree(ROOT / "assistants_client", source / "assistants_client", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", source)
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*build, "--wheel-dir", folder, source], check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "e"], check=True)
    python = folder / "e" / "bin" / "python"
    [wheel] = folder.glob("*.whl")
    uv = Path(sys.executable).with_name("uv")
    install: list[str | Path] = [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel]
    subprocess.run(install, check=True, capture_output=True)
    [packages] = (folder / "e" / "lib").glob("python*/site-packages")
    [metadata] = packages.glob("assistants_client-*.dist-info")
    for needed in needed_by(Distribution.at(metadata), seen=set()):
        for file in needed.files or []:
            if not file.parts[0].startswith("..") and file.suffix != ".pyc":
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), packages / file)
    return python


def needed_by(package: Distribution, *, seen: set[str]) -> Iterator[Distribution]:
    """The packages that it requires without extras, and what those require, each once."""
    for requirement in package.requires or []:
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if "extra ==" in requirement or 'python_version < "3' in requirement or name in seen:
            continue
        seen.add(name)
        needed = distribution(name)
        yield needed
        yield from needed_by(needed, seen=seen)


def test_it_is_imported_without_django(python: Path) -> None:
    program = "import sys, pkgutil, assistants_client as c\n"
    program += "[__import__(m.name) for m in pkgutil.walk_packages(c.__path__, 'assistants_client.')]\n"
    program += "assert 'django' not in sys.modules; print(c.__file__)"
    done = subprocess.run([python, "-I", "-W", "error", "-c", program], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "site-packages" in done.stdout
    assert subprocess.run([python, "-I", "-c", "import django"], check=False, capture_output=True).returncode == 1


def test_a_program_that_uses_it_is_typed(python: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        tmp_path,
        "--python-executable",
        python,
    ]
    done = subprocess.run([*command, "program.py"], check=False, capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "program.py").write_text(PROGRAM.replace("code: int", "code: bytes"), encoding="utf-8")
    wrong = subprocess.run([*command, "program.py"], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert 'expression has type "int | None"' in wrong.stdout or 'expression has type "int"' in wrong.stdout


def test_the_page_of_its_methods_is_written_from_the_docstrings() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "make-client-api"))["page"]

    assert page() == (ROOT / "docs" / "client-api.md").read_text(encoding="utf-8"), "Run scripts/make-client-api."
