"""Exporting the audit log as people do: the file comes, and the page tells how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.conftest import Person
from tests.dashboard.audit.logs import write


@pytest.mark.parametrize("kind", ["CSV", "JSON Lines"])
def test_the_file_comes_and_the_page_tells_how_far_it_is(
    transactional_db: None, carol: Person, visit: Visit, kind: str
) -> None:
    write(3)
    page = visit(carol, "/audit/export/")
    page.get_by_role("radio", name=kind).check()
    for rows in (6, 7):
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        assert len(Path(download.value.path()).read_bytes().splitlines()) == rows + 1
        expect(page.get_by_text(f"All {rows} rows sent.")).to_be_visible()


def test_without_javascript(transactional_db: None, carol: Person, visit: Visit) -> None:
    write(3)
    options: dict[str, Any] = {"java_script_enabled": False}
    page = visit(carol, "/audit/export/", **options)
    page.get_by_role("radio", name="CSV").check()
    with page.expect_download():
        page.get_by_role("button", name="Export").click()
    page.get_by_role("link", name="See how far it is.").click()
    expect(page.get_by_text("All 6 rows sent.")).to_be_visible()
