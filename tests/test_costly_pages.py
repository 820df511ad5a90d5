"""Pages that show what others wrote, asked for with the most that a form lets pass, and with a little more."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from assistants_client import Assistant, BadRequestError, Client
from assistants_ui.assistants.editor.forms import functions
from assistants_ui.bulk import jobs
from assistants_ui.bulk.changes import LONGEST
from assistants_ui.domain.schemas.checks import BadJSONError
from assistants_ui.models import Question, QuestionAnswer, QuestionRun
from assistants_ui.question_results import results
from assistants_ui.question_results.results import RESULTS_SHOWN, shape_of
from benchmarks.counting import steps_of
from dashboard.audit import api as audit
from dashboard.audit.export.exports import csv_lines, json_lines, prepared
from dashboard.audit.models import Record
from dashboard.audit.read.filters import LogFilters
from dashboard.bounds import (
    COMPARISON_CHARACTERS,
    COMPARISON_PARTS,
    DESCRIPTION_CHARACTERS,
    EDITOR_ROWS,
    EXPORT_CHARACTERS,
    INDENTED_LEVELS,
    RAW_CHARACTERS,
    SCHEMA_CHARACTERS,
)
from dashboard.lib.readable import readable_json
from tests.assistants_ui.conftest import assistant, server, tap
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person
from tests.dashboard.audit.logs import MARIA, SUPPORT

__all__ = ["assistant", "server", "tap"]
pytestmark = [pytest.mark.counts_steps, pytest.mark.django_db, pytest.mark.services_do_not_matter]
MEGABYTE = 2**20


def megabytes(act: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def function(name: str, length: int) -> dict[str, Any]:
    """A function as a tool, in JSON of exactly this length."""
    tool = {"type": "function", "function": {"name": name, "description": "", "parameters": {"type": "object"}}}
    text = "a" * (length - len(json.dumps(tool, separators=(",", ":"))))
    tool["function"] = {"name": name, "description": text, "parameters": {"type": "object"}}
    return tool


def test_the_tools_of_an_assistant_may_be_so_long(server: Client) -> None:
    # Two of them, with the marks of a list.
    fits = [function("a", 1000), function("b", SCHEMA_CHARACTERS - 1003)]
    made = server.assistants.create(model="m", tools=fits)
    assert made.tools == fits
    with pytest.raises(
        BadRequestError, match="its JSON has 300001 characters, and the longest that is stored has 300000"
    ):
        server.assistants.create(model="m", tools=[function("a", 1000), function("b", SCHEMA_CHARACTERS - 1002)])
    shape = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"title": "a" * SCHEMA_CHARACTERS}}}
    with pytest.raises(BadRequestError, match="Invalid 'response_format'"):
        server.assistants.update(made.id, response_format=shape)


def test_the_form_says_that_all_functions_together_are_too_long(alice: Person, assistant: Assistant) -> None:
    where = f"/w/main/assistants/{assistant.id}/edit/"
    form = editor_form(alice.get(where))
    for number in range(2):
        half = SCHEMA_CHARACTERS // 2
        form |= {f"function-{number}-name": f"f{number}", f"function-{number}-description": "a" * half}
    page = alice.post(where, form)
    assert page.status_code == 422
    assert "All functions together are too long: 300,1" in read(page).text
    assert "of 300,000 characters." in read(page).text


def test_the_most_that_the_form_takes_is_edited_at_a_bearable_cost(alice: Person, server: Client) -> None:
    fields = {f"n{number}": {"type": "string"} for number in range(EDITOR_ROWS - 1)}
    parameters = {"type": "object", "properties": fields}
    tools = [{"type": "function", "function": {"name": f"f{n}", "parameters": parameters}} for n in range(50)]
    made = server.assistants.create(model="m", tools=tools)
    where = f"/w/main/assistants/{made.id}/edit/"
    page = alice.get(where).content
    assert page.count(b"-kind") <= 2 * EDITOR_ROWS
    assert len(page) < 8 * SCHEMA_CHARACTERS
    assert megabytes(lambda: alice.get(where)) < 25


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"a": value}
    return value


def test_json_is_indented_so_deep() -> None:
    fits = nested([1, "ä", True, None, 0.5, [], {}, {"b": [[]]}], INDENTED_LEVELS - 3)
    assert readable_json(fits) == json.dumps(fits, indent=2, ensure_ascii=False)
    assert readable_json(fits, ensure_ascii=True) == json.dumps(fits, indent=2)
    deeper = readable_json(nested(fits, 10))
    assert json.loads(deeper) == nested(fits, 10)
    assert deeper.count("\n") == 2 * INDENTED_LEVELS
    # Each of these would have a hundred blanks in front of it.
    many = nested(["a"] * 10_000, 50)
    assert len(readable_json(many)) < 1.2 * len(json.dumps(many))
    assert steps_of(lambda: readable_json(many)) < 2_000


def test_deep_schemas_are_handed_over_at_the_cost_of_flat_ones(alice: Person, server: Client) -> None:
    def page_of(depth: int) -> Callable[[], object]:
        schema = nested({"enum": ["a"] * 100}, depth)
        tools = [{"type": "function", "function": {"name": f"f{n}", "parameters": schema}} for n in range(30)]
        where = f"/w/main/assistants/{server.assistants.create(model='m', tools=tools).id}/hand-over/"
        return lambda: alice.get(where, {"target": "responses"})

    flat, deep = page_of(2), page_of(52)
    # What only the first page does, such as reading templates, is no cost of its text.
    flat()
    assert steps_of(deep) < 1.5 * steps_of(flat)
    assert megabytes(deep) < 2 * megabytes(flat)


def changed(instructions: str) -> int:
    """The number of the last row of a change to these instructions."""
    target = {"action": "assistant.update", "actor": MARIA, "target": SUPPORT}
    with audit.operation(**target, before={"instructions": ""}) as act:  # type: ignore[arg-type]
        act.succeeded(after={"instructions": instructions})
    return Record.objects.latest("seq").seq


def test_a_page_of_the_record_shows_so_much_of_the_rows_themselves(carol: Person) -> None:
    for size, is_cut in ((RAW_CHARACTERS // 2, False), (RAW_CHARACTERS, True)):
        page = carol.get(f"/audit/{changed('a' * size)}/").content.decode()
        shown = re.findall(r'<pre class="long" tabindex="0">(.*?)</pre>', page, re.DOTALL)
        assert size < sum(map(len, shown)) < 1.1 * RAW_CHARACTERS
        assert ("This is its beginning. An export in JSON Lines holds the rest." in page) is is_cut


def test_an_export_of_the_record_is_written_in_pieces_of_this_length() -> None:
    for number in range(6):
        changed(f"{number}" * (EXPORT_CHARACTERS // 3))
    export = prepared(LogFilters(), by="Carol")
    sizes = [len(piece) for piece in json_lines(export)]
    assert sum(sizes) == export.jsonl_bytes
    assert max(sizes) < 1.1 * EXPORT_CHARACTERS
    assert len(sizes) == 4
    for lines in (json_lines, csv_lines):
        most = megabytes(lambda lines=lines: [None for _ in lines(export)])  # type: ignore[misc]
        assert most < 4.5 * EXPORT_CHARACTERS / MEGABYTE


def test_questions_are_exported_without_holding_them_all(alice: Person, assistant: Assistant) -> None:
    rows = [
        Question(workspace="main", assistant_id=assistant.id, text=f"{n}", good_answer="a" * 100_000)
        for n in range(100)
    ]
    Question.objects.bulk_create(rows)
    sizes: list[int] = []

    def export() -> None:
        answer: Any = alice.get(f"/w/main/assistants/{assistant.id}/questions/export/")
        sizes.extend(map(len, answer.streaming_content))

    assert megabytes(export) < 4
    assert len(sizes) == 101
    assert sum(sizes) > 10_000_000


def test_a_description_may_be_so_long_that_it_is_pasted() -> None:
    def pasted(length: int) -> str:
        text = '{"paths":{"/a":{"get":{}}},"x":"'
        return text + "a" * (length - len(text) - 2) + '"}'

    assert functions.do([], "paste", pasted=pasted(DESCRIPTION_CHARACTERS)).startswith("Added below")
    with pytest.raises(BadJSONError, match="It is too long: 1,000,001 of 1,000,000 characters"):
        functions.do([], "paste", pasted=pasted(DESCRIPTION_CHARACTERS + 1))


def test_find_and_replace_makes_no_text_longer_than_instructions_may_be(alice: Person, server: Client) -> None:
    """One letter by twenty thousand, in a text of that letter, would be five gigabytes for each assistant."""
    for size in (12, 13):
        server.assistants.create(model="m", name=f"{size}", instructions="a" * size)
    server.assistants.create(model="m", name="worst", instructions="a" * LONGEST)
    change = {"kind": "replace", "find": "a", "replacement": "b" * 20_000}
    answer: list[Any] = []

    most = megabytes(lambda: answer.append(alice.post("/w/main/assistants/change/?all=1", change)))

    page = read(alice.get(answer[0]["Location"])).text
    assert "1 assistant will change" in page
    assert "2 of them would become longer than instructions may be, and are left as they are." in page
    assert most < 20


def test_a_preview_of_many_long_texts_shows_what_a_page_has_room_for(alice: Person, server: Client) -> None:
    for number in range(8):
        server.assistants.create(model="m", name=f"Desk {number}", instructions="a\n" * 120_000)
    change = {"kind": "replace", "find": "a", "replacement": "b"}
    job = alice.post("/w/main/assistants/change/?all=1", change)["Location"]

    page = alice.get(job)

    assert "8 assistants will change" in read(page).text
    assert len(page.content) < 4 * COMPARISON_CHARACTERS
    assert megabytes(lambda: alice.get(job)) < 45
    assert jobs.PIECE < 50


def test_a_revision_shows_its_change_and_its_whole_state_within_one_budget(alice: Person, assistant: Assistant) -> None:
    """Of functions that the page has no room for, it shows the names, and does not even write them down."""
    where = f"/w/main/assistants/{assistant.id}/"
    fields = {f"n{number}": {"type": "string", "description": "a"} for number in range(150)}
    parameters = {"type": "object", "properties": fields}
    form = editor_form(alice.get(f"{where}edit/"))
    for number in range(30):
        form |= {f"function-{number}-name": f"f{number}", f"function-{number}-parameter-json": json.dumps(parameters)}
    assert alice.post(f"{where}edit/", form).status_code == 302
    seq = Record.objects.filter(target_id=assistant.id).latest("seq").seq

    page = alice.get(f"{where}history/{seq}/").content

    assert page.count(b"<tr") < 1.5 * COMPARISON_PARTS
    assert page.count(b"f29<") == 2
    assert b"more lines differ" in page


@pytest.fixture
def run(assistant: Assistant) -> Callable[..., QuestionRun]:
    def made(*sizes: int) -> QuestionRun:
        """A run with a question for each of these lengths of its two answers."""
        now = timezone.now()
        kept = QuestionRun.objects.create(
            workspace="main", assistant_id=assistant.id, by="Alice", saved={"model": "m"}, draft={"model": "n"},
            created_at=now, ended_at=now,
        )  # fmt: skip
        for position, size in enumerate(sizes):
            question = Question.objects.create(
                workspace="main", assistant_id=assistant.id, text=f"Question {position}?"
            )
            for is_draft in (False, True):
                answer = QuestionAnswer(
                    run=kept, question=question, position=position, text=question.text, is_draft=is_draft, number=1,
                    state="done", outcome="answered", answer=("b" if is_draft else "a ") * (size // (2 - is_draft)),
                )  # fmt: skip
                answer.shape = shape_of(answer)
                answer.save()
        return kept

    return made


def test_a_page_of_results_holds_so_many_questions(alice: Person, run: Callable[..., QuestionRun]) -> None:
    kept = run(*[10] * (RESULTS_SHOWN + 1))
    where = f"/w/main/assistants/{kept.assistant_id}/questions/runs/{kept.pk}/"
    first = read(alice.get(where))
    assert "Question 49?" in first.text
    assert "Question 50?" not in first.text
    second = read(alice.get(where + first.links["Next page"]))
    assert "Question 50?" in second.text
    assert "Question 49?" not in second.text
    assert "Question 0?" in read(alice.get(where + second.links["Previous page"])).text
    listed = read(alice.get(f"/w/main/assistants/{kept.assistant_id}/questions/"))
    assert "Question 49?" in listed.text
    assert "Question 50?" not in listed.text
    verdict = {"position": 50, "verdict": "worse", "line": ""}
    assert "Question 50?" in read(alice.post(f"{where}judge/", verdict, follow=True)).text


def test_a_page_of_results_holds_so_much_text(run: Callable[..., QuestionRun]) -> None:
    size = COMPARISON_CHARACTERS // 8
    assert len(results.shown_results(run(*[size] * 5)).results) == 4
    assert len(results.shown_results(run(*[size + 2] * 5)).results) == 3
    # The one that is too long alone has a page of its own.
    assert len(results.shown_results(run(COMPARISON_CHARACTERS, 10)).results) == 1


def test_who_asks_how_questions_stand_reads_none_of_the_answers(run: Callable[..., QuestionRun]) -> None:
    few, many = (run(*[size] * 20) for size in (10, 50_000))

    steps = [steps_of(lambda kept=kept: results.results_of(kept)) for kept in (few, many)]  # type: ignore[misc]

    assert steps[1] <= 1.01 * steps[0]
    assert megabytes(lambda: results.results_of(many)) < 1
    assert [one.is_changed for one in results.results_of(many)] == [True] * 20


def test_answers_side_by_side_share_the_budget_of_their_page(run: Callable[..., QuestionRun]) -> None:
    kept = run(*[20_000] * 17)

    def marked() -> None:
        for one in results.shown_results(kept).results:
            one.marked()

    assert len(results.shown_results(kept).results) == 17
    assert steps_of(marked) < 2_000_000
