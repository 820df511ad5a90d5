"""Attaching files as people do it: dropped, by keyboard, and by a plain form without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Dialog, Page, expect

from assistants_client import Assistant, Client
from assistants_server.vector_stores import indexing
from tests.assistants_ui.conftest import Tap, assistant, server, tap
from tests.browser.conftest import Visit
from tests.conftest import Person

__all__ = ["assistant", "server", "tap"]

DROP = """(zone, files) => {
  const carried = new DataTransfer();
  for (const [name, content] of files) {
    carried.items.add(new File([content.repeat ? content : new Uint8Array(content)], name));
  }
  for (const type of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(autouse=True)
def _indexed() -> Iterator[None]:
    yield
    indexing.wait()


def drop(page: Page, *files: tuple[str, Any]) -> None:
    """Drop files of a name and a text, or of a number of bytes, onto the form."""
    page.locator("form[data-upload]").evaluate(DROP, [list(file) for file in files])


def refuse(name: str) -> Any:
    """The server refuses the file of this name."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or request.url.path != "/v1/files":
            return None
        stream: Any = request.stream
        if stream._upload.filename != name:
            return None
        return httpx.Response(400, json={"error": {"message": "We do not take programs."}})

    return answer


def result(page: Page, name: str) -> Any:
    return page.get_by_role("list", name="Files to attach").get_by_role("listitem").filter(has_text=name)


def test_three_dropped_at_once_each_have_their_fate(
    alice: Person, visit: Visit, tap: Tap, server: Client, assistant: Assistant, settings: Any
) -> None:
    settings.MAX_UPLOAD_MB = 1
    tap.answer = refuse("setup.exe")
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/")

    drop(page, ("film.bin", 2 * 2**20), ("setup.exe", "MZ"), ("prices.txt", "A screw costs 12 cents."))

    expect(result(page, "film.bin")).to_contain_text("It is 2.0 MB; the limit is 1 MB.")
    expect(result(page, "prices.txt")).to_contain_text("Ready to be attached")
    page.get_by_role("button", name="Attach files").click()
    expect(result(page, "setup.exe")).to_contain_text("We do not take programs.")
    expect(result(page, "prices.txt")).to_contain_text("“prices.txt” was attached.")
    expect(page.locator("#attached").get_by_text("Searchable")).to_be_visible()
    [store_id] = server.assistants.retrieve(assistant.id).vector_store_ids
    assert [passage.filename for passage in server.vector_stores.search(store_id, query="screw")] == ["prices.txt"]


def test_by_keyboard(alice: Person, visit: Visit, server: Client, assistant: Assistant, tmp_path: Path) -> None:
    paper = tmp_path / "prices.txt"
    paper.write_text("A screw costs 12 cents.")
    page = visit(alice, f"/w/main/assistants/{assistant.id}/")
    # Told long before the key is pressed: a browser that hears of it at that moment may open a window of its own.
    page.on("filechooser", lambda chooser: chooser.set_files(paper))
    page.get_by_role("link", name="Attach files").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Attach files", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.get_by_role("radio", name="Files its code can open").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Files its code can open")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator("input[type=file]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-queue]").get_by_text("prices.txt")).to_be_visible()
    page.get_by_role("button", name="Attach files").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Files its code can open")).to_be_visible()
    expect(page.locator("#attached").get_by_text("prices.txt")).to_be_visible()
    page.get_by_role("button", name="Remove prices.txt from this assistant").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("was removed from this assistant. The file itself is kept.")).to_be_visible()
    assert len(server.files.list().data) == 1


def test_without_javascript(
    alice: Person, visit: Visit, tap: Tap, assistant: Assistant, tmp_path: Path, settings: Any
) -> None:
    settings.MAX_UPLOAD_MB = 1
    tap.answer = refuse("setup.exe")
    papers = [tmp_path / name for name in ("film.bin", "setup.exe", "prices.txt")]
    papers[0].write_bytes(bytes(2 * 2**20))
    papers[1].write_text("MZ")
    papers[2].write_text("A screw costs 12 cents.")
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/", java_script_enabled=False)

    page.get_by_label("choose them").set_input_files(papers)
    page.get_by_role("button", name="Attach files").click()

    expect(page.get_by_text("“film.bin” is 2.0 MB; the limit is 1 MB.")).to_be_visible()
    expect(page.get_by_text("We do not take programs.")).to_be_visible()
    expect(page.get_by_text("“prices.txt” was attached.")).to_be_visible()


def test_the_same_file_twice_offers_the_one_that_is_here(
    alice: Person, visit: Visit, server: Client, assistant: Assistant
) -> None:
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/")
    drop(page, ("prices.txt", "A screw costs 12 cents."), ("copy.txt", "A screw costs 12 cents."))
    page.get_by_role("button", name="Attach files").click()

    expect(result(page, "copy.txt")).to_contain_text("The same file is here already.")
    result(page, "copy.txt").get_by_role("button", name="Upload it anyway").click()
    expect(result(page, "copy.txt")).to_contain_text("“copy.txt” was attached.")
    assert len(server.files.list().data) == 2


def test_a_file_can_be_left_out_before_it_is_sent(alice: Person, visit: Visit, tap: Tap, assistant: Assistant) -> None:
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/")
    drop(page, ("prices.txt", "A screw costs 12 cents."))
    page.get_by_role("button", name="Leave out prices.txt").click()
    drop(page, ("photo.png", "not really"))

    expect(result(page, "photo.png")).to_contain_text("can perhaps not be searched")
    expect(result(page, "prices.txt")).to_have_count(0)
    assert "POST /v1/files" not in tap.sent


def test_they_can_be_dropped_on_the_page_of_the_assistant(
    alice: Person, visit: Visit, server: Client, assistant: Assistant
) -> None:
    page = visit(alice, f"/w/main/assistants/{assistant.id}/")
    drop(page, ("prices.txt", "A screw costs 12 cents."))
    page.get_by_role("button", name="Attach them").click()

    expect(result(page, "prices.txt")).to_contain_text("“prices.txt” was attached.")
    expect(page.locator("#attached").get_by_text("Searchable")).to_be_visible()
    assert [file.filename for file in server.files.list()] == ["prices.txt"]


def test_what_was_wrong_with_the_form_goes_when_a_file_is_chosen(
    alice: Person, visit: Visit, assistant: Assistant
) -> None:
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/")
    page.get_by_role("button", name="Attach files").click()
    expect(page.get_by_text("Choose at least one file.")).to_be_visible()

    drop(page, ("prices.txt", "A screw costs 12 cents."))

    expect(result(page, "prices.txt")).to_be_visible()
    expect(page.get_by_text("Choose at least one file.")).to_have_count(0)
    # The browser's own "No file chosen" has this colour.
    expect(page.get_by_label("choose them")).to_have_css("color", "rgba(0, 0, 0, 0)")


def test_leaving_asks_before_it_throws_a_chosen_file_away(alice: Person, visit: Visit, assistant: Assistant) -> None:
    here = f"/w/main/assistants/{assistant.id}/files/"
    page = visit(alice, here)
    drop(page, ("prices.txt", "A screw costs 12 cents."))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Leave without attaching").click()

    expect(result(page, "prices.txt")).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_assistant_tells_what_was_attached_where_its_files_stand(
    alice: Person, visit: Visit, assistant: Assistant
) -> None:
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/")
    drop(page, ("prices.txt", "A screw costs 12 cents."))
    page.get_by_role("button", name="Attach files").click()

    page.wait_for_url(f"**/w/main/assistants/{assistant.id}/#knowledge-section")
    expect(page.get_by_text("“prices.txt” was attached.")).to_be_in_viewport()
    expect(page.get_by_text("“prices.txt” was attached.")).to_have_count(1)


def test_what_perhaps_cannot_be_searched_is_told_before_it_is_attached(
    alice: Person, visit: Visit, assistant: Assistant
) -> None:
    page = visit(alice, f"/w/main/assistants/{assistant.id}/files/")
    drop(page, *((name, "text") for name in ("new.docx", "notes", "old.doc", "tape.mp3")))

    expect(result(page, "old.doc")).to_contain_text("Save it as .docx, .xlsx or .pptx first.")
    expect(result(page, "tape.mp3")).to_contain_text("this kind of file can perhaps not be searched")
    for name in ("new.docx", "notes"):
        expect(result(page, name)).to_contain_text("Ready to be attached")
        expect(result(page, name)).not_to_contain_text("perhaps")
