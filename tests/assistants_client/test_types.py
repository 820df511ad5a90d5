"""The quirks of real servers, put right when a field is read; what was sent stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from assistants_client import Assistant, Deleted, File, Model, VectorStore, VectorStoreFile, calls


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (1751370000, 1751370000),
        (1751370000123, 1751370000),
        (1751370000.9, 1751370000),
        ("1751370000", 1751370000),
        (None, 0),
        ("yesterday", 0),
        (True, 0),
        ("nan", 0),
    ],
)
def test_times_are_whole_seconds(sent: Any, read: int) -> None:
    assert Assistant({"id": "a", "created_at": sent}).created_at == read


@pytest.mark.parametrize("nothing", [{}, {"tools": None, "tool_resources": None, "metadata": None, "file_ids": None}])
def test_what_is_null_or_missing_reads_as_empty(nothing: dict[str, Any]) -> None:
    assistant = Assistant({"id": "a", **nothing})
    assert assistant.tools == []
    assert assistant.tool_resources == {}
    assert assistant.metadata == {}
    assert assistant.file_ids == assistant.vector_store_ids == assistant.code_interpreter_file_ids == []
    assert (assistant.name, assistant.response_format, assistant.temperature) == (None, None, None)


@pytest.mark.parametrize("value", ["vs_1", ["vs_1"], ["vs_1", None]])
def test_a_bare_id_reads_as_a_list_of_one(value: Any) -> None:
    assistant = Assistant({"id": "a", "tool_resources": {"file_search": {"vector_store_ids": value}}})
    assert assistant.vector_store_ids == ["vs_1"]


def test_unknown_tools_and_fields_are_kept() -> None:
    raw = {"id": "a", "tools": [{"type": "bing_grounding", "bing_grounding": {"x": 1}}], "updated_at": "later"}
    assistant = Assistant(raw)
    assert assistant.tools == raw["tools"]
    assert assistant.to_dict() == raw


def test_it_knows_a_version_1_rendering() -> None:
    assert Assistant({"id": "a", "file_ids": []}).is_version_1
    assert not Assistant({"id": "a", "file_ids": [], "tool_resources": {}}).is_version_1


def test_objects_are_equal_when_the_server_sent_the_same() -> None:
    assert Assistant({"id": "a", "name": "n"}) == Assistant({"id": "a", "name": "n"}, etag="7")
    assert Assistant({"id": "a", "name": "n"}) != Assistant({"id": "a", "name": "m"})
    assert Assistant({"id": "a"}) != File({"id": "a"})
    assert len({Assistant({"id": "a"}), Assistant({"id": "a"})}) == 1


def test_a_repr_shows_no_content() -> None:
    assert repr(Assistant({"id": "a", "instructions": "secret sauce"})) == "Assistant(id='a')"


def test_files_stores_and_models_read_like_their_examples() -> None:
    file = File({"id": "file-1", "bytes": 48213, "filename": "p.pdf", "purpose": "assistants", "expires_at": None})
    assert (file.bytes, file.filename, file.expires_at, file.status_details) == (48213, "p.pdf", None, None)
    store = VectorStore(
        {"id": "vs", "file_counts": {"completed": 3, "total": 4}, "expires_after": {"days": 30}, "status": "expired"}
    )
    assert (store.file_counts.completed, store.file_counts.failed, store.expires_after_days) == (3, 0, 30)
    entry = VectorStoreFile({"id": "f", "last_error": {"code": "unsupported_file", "message": "No."}})
    assert (entry.last_error_code, entry.last_error_message, entry.attributes) == ("unsupported_file", "No.", {})
    assert Model({"id": "m", "created": 1, "shutdown_date": "2027-01-14"}).shutdown_date == "2027-01-14"
    assert Deleted({"id": "x"}).deleted


def test_a_search_gives_passages_with_their_texts() -> None:
    page = calls.vector_stores.search("vs", query="q").parse(
        {
            "search_query": "q",
            "data": [{"file_id": "f", "filename": "p.pdf", "score": 0.7, "content": [{"type": "text", "text": "T"}]}],
        }
    )
    assert page.search_query == ["q"]
    assert [(hit.file_id, hit.filename, hit.score, hit.content) for hit in page] == [("f", "p.pdf", 0.7, ["T"])]
