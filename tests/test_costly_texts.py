"""Texts that a form takes and that were made to cost whoever reads them: what each may cost now."""

from __future__ import annotations

import time
from typing import Any

import pytest

from assistants_client import Assistant, strict_json
from assistants_server.files import janitor
from assistants_server.importer import snippets
from assistants_ui.assistants.editor.forms.functions import functions_of
from assistants_ui.assistants.editor.text_warnings import marked as marked_hidden
from assistants_ui.assistants.editor.text_warnings import text_warnings
from assistants_ui.catalog.excerpts import excerpt_of, marked
from assistants_ui.catalog.folding import terms_of
from assistants_ui.domain.schemas.checks import BadJSONError, object_in, problems
from assistants_ui.domain.schemas.paste import functions_in
from assistants_ui.domain.schemas.rows import NotRowsError, rows_of
from assistants_ui.domain.schemas.strict import made_strict
from assistants_ui.files import previews
from assistants_ui.handover.findings import findings_in
from assistants_ui.handover.source import Source
from benchmarks.counting import steps_of
from dashboard import bounds
from dashboard.audit.record.redaction import without_secrets
from dashboard.bounds import SEARCH_TERMS
from tests.work import endless_after

pytestmark = pytest.mark.counts_steps

# As long as the instructions of an assistant may be.
LONGEST = 256_000


def filled(piece: str) -> str:
    return piece * (LONGEST // len(piece))


SECRETS = {
    "keys that begin and do not end": "-----BEGIN PRIVATE KEY-----",
    "keys that only begin to begin": "-----BEGIN ",
    "tokens that begin and have no second part": "eyJaaaaaaaaaaaaa-",
    "points": "a.",
    "tokens": "eyJaaaaaaaaaaaaa.",
}


@pytest.mark.parametrize("piece", SECRETS.values(), ids=SECRETS)
def test_looking_for_secrets_takes_time_by_the_length_of_the_text(piece: str) -> None:
    """One expression for all would read the rest of the text once for each beginning: half a minute of a processor."""
    with endless_after():
        without_secrets(filled(piece))
        text_warnings(filled(piece))


def test_a_text_full_of_secrets_is_warned_of_a_few_times() -> None:
    text = filled("sk-aaaaaaaaaaaaaaaaaaaa\n")

    warnings = text_warnings(text)

    assert len(warnings) == 11
    assert warnings[9].text.startswith("Line 10 holds")
    assert warnings[10].text.startswith("There are more like it.")
    assert steps_of(lambda: text_warnings(text)) < 50_000


def test_of_one_line_full_of_hidden_characters_the_first_are_shown() -> None:
    text = "\u200b" * LONGEST

    assert len(marked_hidden(text)) < 30
    assert marked_hidden(text)[-1] == ("…", "")
    assert steps_of(lambda: marked_hidden(text)) < 1_000


def test_marking_what_was_found_takes_steps_by_the_length_of_the_text() -> None:
    """Letters that fold into two shift the places; each place was counted from the beginning before."""
    short, long = ("æe" * 200, "æe" * 2_000)

    steps = [steps_of(lambda text=text: marked(text, ["e"])) for text in (short, long)]  # type: ignore[misc]

    assert steps[1] < 12 * steps[0]


def test_an_excerpt_of_a_long_text_counts_its_places_once() -> None:
    text = "æ" * 50_000 + " parcel"
    assistant = Assistant({"id": "asst_1", "object": "assistant", "model": "m", "instructions": text})
    words = [f"{number}" for number in range(100)]

    found = excerpt_of(assistant, [*words, "parcel"])

    assert found is not None
    assert found.pieces[-1].text == "parcel"
    assert steps_of(lambda: excerpt_of(assistant, [*words, "parcel"])) < 4 * 50_000


CODE = {
    "bodies that do not end": "-d '{",
    "calls that do not end": ".create({",
    "one long word": ".create({" + "a" * LONGEST + "})",
    "one long quotation": '.create({"' + '\\"' * (LONGEST // 2) + "})",
}


@pytest.mark.parametrize("text", CODE.values(), ids=CODE)
def test_code_is_looked_through_once(text: str) -> None:
    with endless_after():
        assert snippets.calls_in(filled(text) if len(text) < 20 else text) == []


MARKDOWN = {
    "emphasis": "*a",
    "links": "[a](",
    "images": "![",
    "references": "[a]: b\n",
    "one line after another": "a\n",
    "tables": "|a|\n|-|\n",
    "lists in quotations": "> - * 1. a\n",
    "escapes": "\\",
}


@pytest.mark.parametrize("piece", MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_is_read_within_bounds(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thirtieth of the bounds, because counting is slow: four times as much text takes hardly more steps."""
    monkeypatch.setattr(previews, "MARKDOWN_LINES", 50)
    monkeypatch.setattr(previews, "MARKDOWN_MARKS", 130)
    line = (piece * 60)[:60] + ("" if "\n" in piece else "\n\n")

    few, many = (steps_of(lambda lines=lines: read(line * lines)) for lines in (50, 200))  # type: ignore[misc]

    assert few < 350_000
    assert many < 1.5 * few + 20_000


def read(text: str) -> None:
    lines, _ = previews.first_lines(text)
    previews.blocks_of(lines)


def test_a_form_shows_so_many_fields_of_functions_and_the_others_as_json() -> None:
    properties = {f"n{number}": {"type": "string"} for number in range(45)}
    tools: list[dict[str, Any]] = [
        {"type": "function", "function": {"name": f"f{n}", "parameters": {"type": "object", "properties": properties}}}
        for n in range(4)
    ]

    shown = functions_of(tools)

    assert [function.parameters.found.count for function in shown] == [45, 45, 0, 0]
    for count, rows in ((10, 10), (11, 0)):
        last = {name: properties[name] for name in list(properties)[:count]}
        tools[2]["function"]["parameters"] = {"type": "object", "properties": last}
        assert functions_of(tools)[2].parameters.found.count == rows
    assert "shown as JSON" in shown[2].parameters.note
    assert [function.tool(None)["function"]["parameters"] for function in shown[1:3]] == [
        tools[1]["function"]["parameters"]
    ] * 2


def test_of_a_hundred_thousand_short_texts_the_odd_ones_are_found_quickly() -> None:
    values = [f"{number}" for number in range(20_000)]
    source = Source.of(
        {"id": "asst_1", "tools": [{"type": "function", "function": {"name": "f", "parameters": {"enum": values}}}]}
    )

    assert steps_of(lambda: findings_in(source)) < 6 * len(values)

    values[7] = "sk-" + "a" * 20
    assert [finding.kind for finding in findings_in(source)] == ["secret"]


def test_a_passage_is_one_thing_to_look_for() -> None:
    words = [f"word{number}" for number in range(SEARCH_TERMS)]

    assert terms_of(" ".join(words)) == words
    assert terms_of(" ".join([*words, "More"])) == [" ".join([*words, "more"])]


@pytest.mark.parametrize(
    ("fits", "is_too_much"),
    [
        ({"a": ["x"] * (bounds.PASTED_ENTRIES - 10)}, {"a": ["x"] * bounds.PASTED_ENTRIES}),
        ({"a": "x" * (bounds.PASTED_CHARACTERS - 100)}, {"a": "x" * bounds.PASTED_CHARACTERS}),
    ],
    ids=["entries", "characters"],
)
def test_a_paste_may_grow_to_its_bounds(fits: dict[str, Any], is_too_much: dict[str, Any]) -> None:
    def pasted(schema: dict[str, Any]) -> dict[str, Any]:
        parameter = {"name": "p", "schema": {"$ref": "#/x"}}
        return {"x": schema, "paths": {"/a": {"get": {"parameters": [parameter]}}}}

    assert len(functions_in(pasted(fits))) == 1
    with pytest.raises(BadJSONError, match="Written out, it would hold more than 10,000 entries or 250,000"):
        functions_in(pasted(is_too_much))


def nested(levels: int) -> str:
    return '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)


def test_typed_json_may_be_so_deep() -> None:
    assert object_in(nested(bounds.SCHEMA_DEPTH))
    with pytest.raises(BadJSONError, match="It is nested too deeply"):
        object_in(nested(bounds.SCHEMA_DEPTH + 1))


def test_sent_json_may_be_so_deep() -> None:
    assert strict_json.loads(nested(bounds.JSON_DEPTH))
    with pytest.raises(strict_json.UnreadableJSONError, match="it is nested more than 64 levels deep"):
        strict_json.loads(nested(bounds.JSON_DEPTH + 1))


def test_a_schema_has_so_many_rows() -> None:
    def schema(count: int) -> dict[str, Any]:
        return {"type": "object", "properties": {f"n{number}": {"type": "string"} for number in range(count)}}

    assert rows_of(schema(bounds.SCHEMA_ROWS)).count == bounds.SCHEMA_ROWS
    with pytest.raises(NotRowsError, match="It has 101 fields, more than the 100 that are shown one by one"):
        rows_of(schema(bounds.SCHEMA_ROWS + 1))


def test_leftovers_are_looked_for_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    clock = janitor.Clock()

    now[0] += bounds.CLEAN_SECONDS - 1
    assert not clock.is_due()
    now[0] += 1
    assert clock.is_due()
    assert not clock.is_due()


def test_the_strict_rules_leave_alone_what_is_no_schema() -> None:
    odd = {"type": "object", "properties": ["a"]}

    assert made_strict(odd) == odd
    assert problems(odd) != []
