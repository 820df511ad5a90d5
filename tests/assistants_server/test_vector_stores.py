"""/v1/vector_stores: stores, files, batches, search."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from docx import Document

from assistants_server.files import storage
from assistants_server.files.text.extraction import Extraction
from assistants_server.models import Chunk, File, Posting, StoreFile, VectorStore
from assistants_server.vector_stores import indexing
from tests.assistants_server.conftest import API, read_files, upload

RETURNS = b"Damaged parcels must be reported within five days. " * 3
OPENING = b"Our shop opens at nine and closes at six, on Saturdays at noon. "


def a_store(api: API, *files: tuple[str, bytes], **fields: object) -> str:
    file_ids = [upload(api, name=name, content=content) for name, content in files]
    made = api.send("/vector_stores", {"file_ids": file_ids} | fields)
    assert made.status_code == 200, made.content
    read_files(made.json()["id"])
    return str(made.json()["id"])


def a_pdf(text: str) -> bytes:
    """The smallest PDF that shows a line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )


def a_docx(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    document.add_table(rows=1, cols=1).cell(0, 0).text = "Table cell"
    stored = io.BytesIO()
    document.save(stored)
    return stored.getvalue()


def a_bomb() -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 250_000_000)
    return stored.getvalue()


def test_a_new_store_reads_its_files(api: API) -> None:
    file_id = upload(api, content=RETURNS)
    made = api.send("/vector_stores", {"name": "Policies", "file_ids": [file_id], "metadata": {"a": "b"}}).json()
    assert made == {
        "id": made["id"],
        "object": "vector_store",
        "created_at": made["created_at"],
        "name": "Policies",
        "description": None,
        "usage_bytes": 0,
        "file_counts": {"in_progress": 1, "completed": 0, "failed": 0, "cancelled": 0, "total": 1},
        "status": "in_progress",
        "expires_after": None,
        "expires_at": None,
        "last_active_at": made["created_at"],
        "metadata": {"a": "b"},
    }
    read_files(made["id"])
    done = api.fetch(f"/vector_stores/{made['id']}")
    assert done["status"] == "completed"
    assert done["file_counts"]["completed"] == 1
    assert done["usage_bytes"] == len(RETURNS)
    file = api.fetch(f"/vector_stores/{made['id']}/files/{file_id}")
    assert file["chunking_strategy"]["static"] == {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}
    assert file["last_error"] is None


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.pdf", a_pdf("Hello reader"), "completed", None),
        ("a.docx", a_docx("Hello reader"), "completed", None),
        ("a.html", b"<title>x</title><script>no</script><p>Hello <b>read</b>er", "completed", None),
        ("a.csv", "Hello,reader\n1,2".encode("utf-16"), "completed", None),
        ("Hello", b"Hello reader", "completed", None),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "failed", "unsupported_file"),
        ("a.pdf", b"<html>Hello reader</html>", "failed", "invalid_file"),
        ("a.docx", b"PK\x03\x04broken", "failed", "invalid_file"),
        ("a.docx", a_bomb(), "failed", "invalid_file"),
        ("a.txt", b"\xff\xff\x00", "failed", "invalid_file"),
        ("a.txt", b" \n ", "failed", "invalid_file"),
    ],
)
def test_a_file_is_completed_when_its_text_can_be_read(
    api: API, name: str, content: bytes, status: str, code: str | None
) -> None:
    store_id = a_store(api, (name, content))
    (file,) = api.fetch(f"/vector_stores/{store_id}/files")["data"]
    assert (file["status"], (file["last_error"] or {"code": None})["code"]) == (status, code)
    assert len(api.fetch(f"/vector_stores/{store_id}/files?filter={status}")["data"]) == 1
    if status == "completed":
        text = api.fetch(f"/vector_stores/{store_id}/files/{file['id']}/content")["data"][0]["text"]
        assert "Hello" in text
        assert "reader" in text
        assert "no" not in text.split()


def test_search_ranks_by_the_words_of_the_query(api: API) -> None:
    store_id = a_store(api, ("returns.txt", RETURNS), ("opening.txt", OPENING))
    page = api.send(f"/vector_stores/{store_id}/search", {"query": "damaged parcel"}).json()
    assert page["object"] == "vector_store.search_results.page"
    assert page["search_query"] == ["damaged parcel"]
    assert [item["filename"] for item in page["data"]] == ["returns.txt"]
    assert 0 < page["data"][0]["score"] <= 1
    assert page["data"][0]["content"][0]["text"].startswith("Damaged parcels")
    both = api.send(f"/vector_stores/{store_id}/search", {"query": ["parcel", "saturday"]}).json()["data"]
    assert {item["filename"] for item in both} == {"returns.txt", "opening.txt"}


def test_of_two_passages_that_hold_the_word_once_the_shorter_one_comes_first(api: API) -> None:
    text = b"Parcels arrive on Monday."
    store_id = a_store(api, ("long.txt", text + b" Our shop sells many other things as well." * 8), ("short.txt", text))
    found = api.send(f"/vector_stores/{store_id}/search", {"query": "parcels"}).json()["data"]
    assert [item["filename"] for item in found] == ["short.txt", "long.txt"]
    assert found[0]["score"] > found[1]["score"]


def test_search_keeps_to_threshold_number_and_filters(api: API) -> None:
    store_id = a_store(api)
    for year in (2023, 2024, 2025):
        file_id = upload(api, name=f"{year}.txt", content=b"price list")
        sent = {"file_id": file_id, "attributes": {"year": year, "draft": year == 2025}}
        api.send(f"/vector_stores/{store_id}/files", sent)
    read_files(store_id)

    def names(**fields: object) -> set[str]:
        answer = api.send(f"/vector_stores/{store_id}/search", {"query": "price"} | fields)
        return {item["filename"] for item in answer.json()["data"]}

    def where(kind: str, key: str, value: object) -> dict[str, object]:
        return {"type": kind, "key": key, "value": value}

    assert len(names()) == 3
    assert len(names(max_num_results=2)) == 2
    assert names(ranking_options={"score_threshold": 1}) == set()
    assert names(filters=where("gte", "year", 2024)) == {"2024.txt", "2025.txt"}
    assert names(filters=where("in", "year", [2023, 2025])) == {"2023.txt", "2025.txt"}
    assert names(filters=where("nin", "year", [2023, 2025])) == {"2024.txt"}
    assert names(filters=where("gt", "draft", False)) == set()
    assert names(filters=where("ne", "draft", True)) == {"2023.txt", "2024.txt"}
    assert names(filters=where("eq", "draft", 1)) == set()
    assert names(filters=where("gt", "year", "2000")) == set()
    both = [
        where("eq", "year", 2023),
        {"type": "and", "filters": [where("lt", "year", 2026), where("eq", "draft", True)]},
    ]
    assert names(filters={"type": "or", "filters": both}) == {"2023.txt", "2025.txt"}


def test_a_long_text_is_cut_into_overlapping_chunks(api: API) -> None:
    words = " ".join(f"w{number}" for number in range(250))
    sizes = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}
    store_id = a_store(api, ("long.txt", words.encode()), chunking_strategy={"type": "static", "static": sizes})
    texts = list(Chunk.objects.order_by("position").values_list("text", flat=True))
    assert [text.split()[0] for text in texts] == ["w0", "w50", "w100", "w150"]
    assert texts[-1].split()[-1] == "w249"
    found = api.send(f"/vector_stores/{store_id}/search", {"query": "w249"}).json()["data"]
    assert found[0]["content"][0]["text"] == texts[-1]


def test_an_expired_store_is_listed_and_not_searched(api: API) -> None:
    store_id = a_store(api, ("a.txt", RETURNS), expires_after={"anchor": "last_active_at", "days": 1})
    store = VectorStore.objects.get()
    assert api.fetch(f"/vector_stores/{store_id}")["expires_at"] == store.last_active_at + 86_400
    store.last_active_at -= 86_400
    store.save()
    assert api.fetch("/vector_stores")["data"][0]["status"] == "expired"
    assert api.send(f"/vector_stores/{store_id}/search", {"query": "x"}).status_code == 400
    api.send(f"/vector_stores/{store_id}", {"expires_after": None})
    assert api.fetch(f"/vector_stores/{store_id}")["status"] == "completed"


def test_an_update_changes_what_it_names_and_null_clears(api: API) -> None:
    store_id = a_store(api, name="Policies", metadata={"a": "b"}, expires_after={"anchor": "last_active_at", "days": 1})
    changed = api.send(f"/vector_stores/{store_id}", {"metadata": {"c": "d"}}).json()
    assert (changed["name"], changed["metadata"], changed["expires_after"]["days"]) == ("Policies", {"c": "d"}, 1)
    cleared = api.send(f"/vector_stores/{store_id}", {"name": None, "metadata": None, "expires_after": None}).json()
    assert (cleared["name"], cleared["metadata"], cleared["expires_after"]) == (None, {}, None)


def test_an_overlap_of_more_than_half_a_chunk_is_refused(api: API) -> None:
    sizes = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}
    answer = api.send("/vector_stores", {"chunking_strategy": {"type": "static", "static": sizes}})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "chunking_strategy.static.chunk_overlap_tokens"


def test_a_batch_counts_its_files_and_can_be_cancelled(api: API) -> None:
    store_id = a_store(api)
    file_ids = [upload(api, name=f"{number}.txt") for number in range(3)]
    sent = {"files": [{"file_id": file_id, "attributes": {"n": 1.5}} for file_id in file_ids]}
    batch = api.send(f"/vector_stores/{store_id}/file_batches", sent).json()
    assert batch["object"] == "vector_store.files_batch"
    assert (batch["status"], batch["file_counts"]["in_progress"]) == ("in_progress", 3)
    address = f"/vector_stores/{store_id}/file_batches/{batch['id']}"
    assert api.send(f"{address}/cancel").json()["status"] == "cancelled"
    read_files(store_id)
    assert api.fetch(address)["file_counts"]["cancelled"] == 3
    listed = api.fetch(f"{address}/files?order=asc")["data"]
    assert [item["id"] for item in listed] == file_ids
    assert {item["attributes"]["n"] for item in listed} == {1.5}


def test_a_batch_takes_either_ids_or_files(api: API) -> None:
    store_id = a_store(api)
    file_id = upload(api)
    address = f"/vector_stores/{store_id}/file_batches"
    assert api.send(address, {}).json()["error"]["param"] == "file_ids"
    assert api.send(address, {"file_ids": [file_id], "files": [{"file_id": file_id}]}).status_code == 400
    refused = api.send(address, {"files": [{"file_id": file_id}], "attributes": {}}).json()["error"]
    assert (refused["param"], refused["code"]) == ("attributes", "unknown_parameter")
    assert api.send(address, {"file_ids": ["file-none"]}).json()["error"]["param"] == "file_ids[0]"


def test_attributes_of_a_file_are_replaced(api: API) -> None:
    store_id = a_store(api, ("a.txt", b"x"))
    (file,) = api.fetch(f"/vector_stores/{store_id}/files")["data"]
    address = f"/vector_stores/{store_id}/files/{file['id']}"
    assert api.send(address, {"attributes": {"a": True, "b": 2}}).json()["attributes"] == {"a": True, "b": 2}
    assert api.send(address, {"attributes": None}).json()["attributes"] == {}
    assert api.send(address, {}).json()["error"]["code"] == "missing_required_parameter"
    assert api.send(address, {"attributes": {"a": None}}).json()["error"]["param"] == "attributes.a"


def test_deleting_a_file_takes_it_out_of_every_store(api: API) -> None:
    store_id = a_store(api, ("a.txt", RETURNS))
    (file,) = api.fetch(f"/vector_stores/{store_id}/files")["data"]
    api.delete(f"/v1/files/{file['id']}")
    assert api.fetch(f"/vector_stores/{store_id}")["file_counts"]["total"] == 0
    assert not Posting.objects.exists()


def test_deleting_a_store_keeps_the_files(api: API) -> None:
    store_id = a_store(api, ("a.txt", RETURNS))
    gone = api.delete(f"/v1/vector_stores/{store_id}").json()
    assert gone == {"id": store_id, "object": "vector_store.deleted", "deleted": True}
    assert api.get(f"/v1/vector_stores/{store_id}").status_code == 404
    assert len(api.fetch("/files")["data"]) == 1
    assert not StoreFile.objects.exists()


def test_an_assistant_can_bring_its_store(api: API) -> None:
    file_id = upload(api, content=RETURNS)
    stores = {"file_search": {"vector_stores": [{"file_ids": [file_id], "metadata": {"made_by": "console"}}]}}
    made = api.send("/assistants", {"model": "gpt-4.1", "tools": [{"type": "file_search"}], "tool_resources": stores})
    (store_id,) = made.json()["tool_resources"]["file_search"]["vector_store_ids"]
    assert api.fetch(f"/vector_stores/{store_id}")["metadata"] == {"made_by": "console"}


def test_a_file_whose_bytes_are_gone_fails_and_blocks_nothing(api: API) -> None:
    store_id = a_store(api)
    lost, fine = upload(api), upload(api)
    api.send(f"/vector_stores/{store_id}/file_batches", {"file_ids": [lost, fine]})
    storage.remove(File.objects.get(wire_id=lost).storage_name)
    read_files(store_id)
    statuses = {item["id"]: item["status"] for item in api.fetch(f"/vector_stores/{store_id}/files")["data"]}
    assert statuses == {lost: "failed", fine: "completed"}


def test_a_file_whose_worker_died_is_taken_up_again(api: API) -> None:
    store_id = a_store(api)
    api.send(f"/vector_stores/{store_id}/files", {"file_id": upload(api, content=RETURNS)})
    StoreFile.objects.update(taken_at=int(time.time()))
    Chunk.objects.create(file=StoreFile.objects.get(), position=0, text="half of what the dead worker wrote")
    read_files(store_id)
    assert api.fetch(f"/vector_stores/{store_id}")["status"] == "in_progress"
    StoreFile.objects.update(taken_at=int(time.time()) - indexing.ABANDONED_AFTER - 1)
    read_files(store_id)
    assert api.fetch(f"/vector_stores/{store_id}")["status"] == "completed"
    assert "half of" not in Chunk.objects.get().text


@pytest.mark.parametrize("end", ["cancelled", "taken out"])
def test_what_ends_while_it_is_read_leaves_nothing_behind(api: API, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    def read(file: object, filename: str) -> Extraction:
        if end == "cancelled":
            StoreFile.objects.update(status="cancelled")
        else:
            StoreFile.objects.all().delete()
        return Extraction(text="text", left_out=[])

    monkeypatch.setattr(indexing, "extract", read)
    store_id = a_store(api, ("a.txt", RETURNS))
    assert not Chunk.objects.exists()
    assert not Posting.objects.exists()
    counts = api.fetch(f"/vector_stores/{store_id}")["file_counts"]
    assert (counts["cancelled"], counts["total"]) == ((1, 1) if end == "cancelled" else (0, 0))
