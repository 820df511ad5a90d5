"""Any JSON a server may hold is kept without loss, or refused by name; nothing crashes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants_client import (
    APIResponseValidationError,
    Assistant,
    AssistantFile,
    Call,
    File,
    Model,
    VectorStore,
    VectorStoreFile,
    VectorStoreFileBatch,
    calls,
    json_entries,
)
from assistants_client.strict_json import MAX_DEPTH, JSONFault, UnreadableJSONError, decode, dumps, loads

quick = settings(max_examples=60, deadline=None)

anything = st.text(st.characters(), max_size=20)
clean = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def trees(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=20,
    )


FIELDS = [
    "id",
    "object",
    "created_at",
    "name",
    "tools",
    "tool_resources",
    "metadata",
    "file_ids",
    "data",
    "first_id",
    "last_id",
    "has_more",
    "bytes",
    "status",
    "file_counts",
    "last_error",
    "expires_after",
    "deleted",
    "error",
    "temperature",
    "response_format",
]

VIEWS = [Assistant, AssistantFile, File, Model, VectorStore, VectorStoreFile, VectorStoreFileBatch]

CALLS: list[Call[Any]] = [
    calls.assistants.retrieve("asst_1"),
    calls.assistants.list(),
    calls.assistants.delete("asst_1"),
    calls.files.list(),
    calls.models.retrieve("m"),
    calls.vector_stores.search("vs_1", query="q"),
    calls.vector_stores.files.content("file-1", vector_store_id="vs_1"),
    calls.vector_stores.file_batches.retrieve("vsfb_1", vector_store_id="vs_1"),
]


def decoded(data: bytes) -> tuple[Any, str]:
    """The value and no text, or nothing and why it was refused."""
    try:
        return decode(data), ""
    except UnreadableJSONError as error:
        return None, str(error)


@quick
@given(trees(clean))
def test_what_can_be_kept_comes_back_as_it_was(value: Any) -> None:
    assert decode(json.dumps(value).encode()) == value
    assert decode(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


@quick
@given(trees(anything))
def test_any_text_can_be_stored_and_sent_on_or_is_refused(value: Any) -> None:
    kept, refusal = decoded(json.dumps(value).encode())
    assert "\x00" not in json.dumps(kept, ensure_ascii=False).encode().decode()
    assert decode(json.dumps(kept).encode()) == kept
    # Two keys that differ only in what cannot be shown are the one thing to refuse here.
    assert refusal == "" or "twice" in refusal


@quick
@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_refused_by_name(data: bytes) -> None:
    kept, refusal = decoded(data)
    assert refusal != "" or json.loads(data) == kept


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 2}', "the same key twice"),
        ('{"deep": {"a": 1, "b": 2, "a": 3}}', "the same key twice"),
        ('{"\\ud800": 1, "\\ud801": 2}', "the same key twice"),
        ("NaN", "line 1, column 1"),
        ("[Infinity]", "line 1, column 2"),
        ("[-1e400]", "too large"),
        ("9" * 5000, "too large"),
        ('["\\ud800", NaN]', "NaN"),
        ('["\\ud800", -1e400]', "too large"),
        ('["\\ud800", ' + "9" * 5000 + "]", "too large"),
        ('["\\ud800", {"a": 1, "a": 2}]', "the same key twice"),
        ('["\\ud800", ' + "[" * 100 + "]" * 101, "more than 64 levels"),
        ('["\\ud800", ' + "[" * 100_000, "more than 64 levels"),
        ('["\\ud800"', "column 10"),
        ('{"deep":' * MAX_DEPTH + "[]" + "}" * MAX_DEPTH, "more than 64 levels"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "more than 64 levels"),
        ("[" * 100_000, "more than 64 levels"),
        ('{"a":' * 2000 + "1" + "}" * 2000, "more than 64 levels"),
        ("{", "line 1, column 1"),
        ("", "not valid JSON"),
        ('{"a": 1} extra', "column 10"),
        ('"\x01"', "line 1, column 2"),
    ],
)
def test_it_names_what_it_refuses(text: str, why: str) -> None:
    with pytest.raises(UnreadableJSONError, match=why):
        decode(text.encode())


def test_it_takes_what_is_only_unusual() -> None:
    assert decode(b"\xef\xbb\xbf[1]") == [1]
    assert decode(("[" * MAX_DEPTH + "]" * MAX_DEPTH).encode()) is not None
    assert decode(("[" * MAX_DEPTH + "1.5" + "]" * MAX_DEPTH).encode()) is not None
    assert decode(b"123456789012345678901234567890") == 123456789012345678901234567890
    assert decode(b'"' + b"9" * 5000 + b'"') == "9" * 5000
    assert decode(rb'"\ud83d\ude00"') == "\U0001f600"
    assert decode(rb'"\\u0000"') == "\\u0000"


objects = st.dictionaries(st.sampled_from(FIELDS) | clean, trees(clean), max_size=8)


@quick
@given(objects)
def test_every_view_reads_any_object(raw: dict[str, Any]) -> None:
    before = json.dumps(raw)
    for view in VIEWS:
        thing = view(raw)
        for name in dir(view):
            if not name.startswith("_"):
                getattr(thing, name)
        assert repr(thing)
    assert json.dumps(raw) == before


@quick
@given(trees(clean) | objects)
def test_every_call_keeps_an_answer_whole_or_refuses_it_by_name(raw: Any) -> None:
    for call in CALLS:
        try:
            result = call.parse(raw)
        except APIResponseValidationError:
            continue
        members = {} if raw is None else {"data": raw} if isinstance(raw, list) else raw
        assert {key: result.raw[key] for key in members} == members
        assert call.parse(result.raw) == result


ODD_ENTRIES = {
    "nested too deeply": b'{"id": "odd", "a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
    "nested far too deeply": b'{"id": "odd", "a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number too large": b'{"id": "odd", "a": 1e999}',
    "NaN": b'{"id": "odd", "a": NaN}',
    "a key twice": b'{"id": "odd", "id": "odd"}',
    "no UTF-8": b'{"id": "odd", "a": "\xff"}',
    "nothing": b" ",
}


@pytest.mark.parametrize("entry", ODD_ENTRIES.values(), ids=ODD_ENTRIES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_entry_that_cannot_be_read_hides_no_other(entry: bytes, place: int) -> None:
    others = [b'{"id": "a", "t": "\\"]}, [\\u00e9"}', b' {"id":"b","data":[1,{}]} ']
    entries = [*others[:place], entry, *others[place:]]
    page = calls.assistants.list().parse(decode(b'{"has_more": false, "data": [' + b",".join(entries) + b"]}"))
    assert [assistant.id for assistant in page.data] == ["a", "b"]
    assert page.unreadable == [None]


def test_the_depth_is_counted_at_the_object_alone_or_in_a_list() -> None:
    inner = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    entry = b'{"id": "a", "deep": ' + inner + b"}"
    assert decode(b'{"data": [' + entry + b"]}")["data"] == [decode(entry)]
    with pytest.raises(UnreadableJSONError, match="more than 64 levels"):
        decode(b'{"id": "a", "deep": [' + inner + b"]}")


@pytest.mark.parametrize(
    "text",
    [
        b'{"data": [{"id": "a"}, {"id": NaN}',
        b'{"data": [{"id": "a"}, {"id": NaN}]} x',
        b'[{"id": NaN}]',
        b'{"data": [NaN], "data": []}',
        b'{"data": [1], "n": NaN}',
        b'{"data": ["\\"' + b"," * 100,
    ],
)
def test_what_is_no_whole_list_is_refused_as_before(text: bytes) -> None:
    with pytest.raises(UnreadableJSONError):
        decode(text)


def test_looking_for_entries_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_entries, "MOST_TOKENS", 20)
    assert json_entries.entries_of(b'{"data": [1,2,3,4,5,6]}') is not None
    assert json_entries.entries_of(b'{"data": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]}') is None


@pytest.mark.parametrize(
    ("text", "fault", "what"),
    [
        ('{"a": 1', JSONFault.SYNTAX, "expecting ',' delimiter"),
        ('{"a": 1, "a": 2}', JSONFault.DUPLICATE, "a"),
        ("[-Infinity]", JSONFault.CONSTANT, "-Infinity"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), JSONFault.DEPTH, ""),
        ("[" * 100_000, JSONFault.DEPTH, ""),
        ("[1e400]", JSONFault.NUMBER, ""),
        ("[-" + "9" * 309 + "]", JSONFault.NUMBER, ""),
        ("9" * 5000, JSONFault.NUMBER, ""),
        (b'"\xff"', JSONFault.ENCODING, ""),
        ('["\\u0000"]', JSONFault.NUL, ""),
        ('{"\\u0000": 1}', JSONFault.NUL, ""),
        ('["\\ud800"]', JSONFault.SURROGATE, ""),
        ('["\ud800"]', JSONFault.SURROGATE, ""),
    ],
)
def test_what_is_stored_is_what_can_be_given_back(text: bytes | str, fault: JSONFault, what: str) -> None:
    with pytest.raises(UnreadableJSONError) as caught:
        loads(text)
    assert (caught.value.fault, caught.value.what) == (fault, what)


@quick
@given(trees(clean))
def test_what_is_read_is_written_again_exactly(value: Any) -> None:
    assert loads(dumps(value)) == value
    assert loads(dumps(value).encode()) == value


def test_what_is_only_unusual_is_stored() -> None:
    assert loads(rb'["\\u0000", 1e308]') == ["\\u0000", 1e308]
    assert loads("[" + "9" * 308 + "]") == [int("9" * 308)]
    assert loads('"' + "9" * 400 + '"') == "9" * 400
