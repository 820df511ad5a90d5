"""The README and the pages beside it say what is true."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from dashboard.lib.version import version

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
READERS = {
    "text",
    "integer",
    "host",
    "site_address",
    "web_address",
    "secret",
    "switch",
    "choice",
    "names",
    "data_directory",
    "secret_key",
}


def in_the_table() -> dict[str, str]:
    """Each variable in the settings table and its default, as they are written there."""
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_<>]+)` \|(.*?)\|", table, re.MULTILINE))


def in_the_code() -> dict[str, str]:
    """Each variable that the code reads, and the default that is written beside it, if one is."""
    found: dict[str, str] = {}
    for path in (ROOT / "dashboard" / "settings.py", *(ROOT / "dashboard" / "environment").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and called(node) in READERS:
                variable = variable_of(node.args[0])
                default = node.args[1] if len(node.args) > 1 else None
                if variable:
                    found[variable] = str(default.value) if isinstance(default, ast.Constant) else ""
    # These two are read by functions that take no name.
    return found | {"DATA_DIR": found.get("DATA_DIR", "")}


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def variable_of(argument: ast.expr) -> str | None:
    match argument:
        case ast.Constant(value=str(name)):
            return name
        # Read for one workspace, or else for all of them.
        case ast.Call(func=ast.Name(id="named"), args=[ast.Constant(value=str(name))]):
            return name
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id="prefix")), ast.Constant(value=str(rest))]):
            return f"WORKSPACE_<NAME>_{rest}"
    return None


def test_the_settings_table_names_every_variable_and_no_other() -> None:
    assert set(in_the_table()) == set(in_the_code())


@pytest.mark.parametrize("name", sorted(name for name, default in in_the_code().items() if default))
def test_the_settings_table_tells_the_default(name: str) -> None:
    assert in_the_code()[name] in in_the_table()[name]


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    }

    assert {"run", "test", "test-services", "check", "bench", "lock"} <= named
    assert named <= targets


def test_every_command_exists() -> None:
    named = {name for page in PAGES for name in re.findall(r"manage\.py ([a-z_]+)", page.read_text(encoding="utf-8"))}

    assert "create_api_key" in named
    assert named <= set(get_commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_path_in_the_readme_exists() -> None:
    paths = re.findall(
        r"`((?:assistants_ui|assistants_server|dashboard|static|templates|tests|scripts)/[^`]*)`", README
    )

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("guide", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_path_in_the_guides_exists(guide: str) -> None:
    """They may leave out the folders that a reader knows."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    places = {f"/{path}" for path in listed} | {f"/{parent}/" for path in listed for parent in Path(path).parents}
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?|[\w-]+\.py)`", (ROOT / guide).read_text(encoding="utf-8"))

    assert named
    assert [path for path in named if not any(place.endswith(f"/{path}") for place in places)] == []


def test_the_changelog_decides_the_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())


@pytest.mark.parametrize("script", ["scripts/install-chromium", "scripts/with-services", ".ci/run"])
def test_a_script_can_be_run_and_read(script: str) -> None:
    path = ROOT / script
    shell = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("#!")

    assert path.stat().st_mode & 0o100
    subprocess.run([shell, "-n", str(path)], check=True)
