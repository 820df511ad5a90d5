"""What a browser fetches for its first page: few files, small ones, kept for a year."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from pytest_django import Settings

from dashboard.management.commands.serve import collect_static_files

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "dashboard.static_files.HashedStaticFiles"}}
    settings.STATIC_ROOT = tmp_path / "static"
    # The loader keeps compiled templates, and a template keeps nothing of the storage.
    collect_static_files()
    return tmp_path / "static"


def files_of(page: str, folder: Path) -> set[str]:
    """What the page asks for at once, and what its style sheets and modules ask for in turn, as the browser does."""
    named = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page))
    waiting = [name for name in named if name.endswith(".js")]
    while waiting:
        name = waiting.pop()
        text = (folder / name).read_text(encoding="utf-8")
        for path in re.findall(r'(?:from|import)\s*"(\./[^"]+)"', text):
            found = str((folder / name).parent.joinpath(path).resolve().relative_to(folder.resolve()))
            if found not in named:
                named.add(found)
                waiting.append(found)
    return named


@pytest.mark.django_db
@pytest.mark.services_do_not_matter
def test_the_list_takes_six_requests_and_forty_kilobytes(alice: Client, collected: Path) -> None:
    response = alice.get("/w/main/assistants/", headers={"Accept-Encoding": "gzip"})
    page = gzip.decompress(response.content).decode()
    files = files_of(page, collected)

    assert 1 + len(files) <= 6, files
    assert all(HASHED.search(name) for name in files)
    sent = [smallest(collected / name) for name in files]
    assert len(response.content) + sum(sent) <= 40_000


def smallest(path: Path) -> int:
    """The bytes that are sent for a file: brotli where it was made, which a font, packed already, is not."""
    packed = path.with_name(path.name + ".br")
    return (packed if packed.exists() else path).stat().st_size


@pytest.mark.services_do_not_matter
def test_every_module_is_named_by_its_content(collected: Path) -> None:
    hashed = [path for path in (collected / "js").rglob("*.js") if HASHED.search(path.name)]
    assert len(hashed) > 10
    for path in hashed:
        for name in re.findall(r'(?:from|import)\s*"([^"]+)"', path.read_text(encoding="utf-8")):
            assert HASHED.search(name), f"{path.name} imports {name}"
    assert staticfiles_storage.url("js/editor.js") != "/static/js/editor.js"


@pytest.mark.django_db
@pytest.mark.services_do_not_matter
def test_pages_are_compressed_and_other_answers_are_not(alice: Client) -> None:
    page = alice.get("/w/main/assistants/new/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    assert "Content-Encoding" not in alice.get("/w/main/assistants/new/").headers
    answer = alice.get("/v1/assistants", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
