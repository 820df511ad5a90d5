"""Checks of answers: what holds, what is broken, and that nothing is held by an answer that is not whole."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants_client import Message, Run
from assistants_ui.domain.outcomes import outcome_of
from assistants_ui.evaluations.forms import QuestionForm, csv_of, rows_in
from assistants_ui.models import Question
from assistants_ui.question_results.checks import CheckedAnswer, CheckResult, Checks, plain, summary

SCHEMA = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
HELD, BROKEN, UNKNOWN = CheckResult.HELD, CheckResult.BROKEN, CheckResult.UNKNOWN


@pytest.mark.parametrize(
    ("checks", "answer", "result"),
    [
        (Checks(contains_all=("dreißig", "Tage")), {"text": "DREISSIG\nTAGE"}, HELD),
        (Checks(contains_all=("cafe au lait",)), {"text": "Un Café  au\nlait."}, HELD),
        (Checks(contains_all=("30", "31")), {"text": "30 days"}, BROKEN),
        (Checks(contains_any=("30", "31")), {"text": "30 days"}, HELD),
        (Checks(contains_any=("32", "31")), {"text": "30 days"}, BROKEN),
        (Checks(contains_none=("sorry",)), {"text": "30 days"}, HELD),
        (Checks(contains_none=("SORRY",)), {"text": "Sorry!"}, BROKEN),
        (Checks(is_json=True), {"text": '{"days": 30}', "schema": SCHEMA}, HELD),
        (Checks(is_json=True), {"text": '{"days": "30"}', "schema": SCHEMA}, BROKEN),
        (Checks(is_json=True), {"text": "[1]"}, HELD),
        (Checks(is_json=True), {"text": "Of course: {}"}, BROKEN),
        (Checks(is_json=True), {"text": "{}", "schema": {"$ref": "https://example.com/x"}}, BROKEN),
        (Checks(cites=("Price list.pdf",)), {"sources": ["file-1", "price list.pdf"]}, HELD),
        (Checks(cites=("Price list.pdf",)), {"sources": ["other.pdf"]}, BROKEN),
        (Checks(calls="weather"), {"calls": [("weather", "{}")]}, HELD),
        (Checks(calls="weather"), {"calls": [("time", "{}")]}, BROKEN),
        (
            Checks(calls="weather", calls_with='{"city": "rome"}'),
            {"calls": [("weather", '{"city":"Rome","x":1}')]},
            HELD,
        ),
        (Checks(calls="weather", calls_with='{"city": "rome"}'), {"calls": [("weather", '{"city":"Oslo"}')]}, BROKEN),
        (Checks(calls="weather", calls_with="Rome"), {"calls": [("weather", '{"city":"rome"}')]}, HELD),
        (Checks(most_seconds=2.0), {"seconds": 1.9}, HELD),
        (Checks(most_seconds=2.0), {"seconds": 2.1}, BROKEN),
        (Checks(most_seconds=2.0), {}, UNKNOWN),
        (Checks(most_words=2), {"text": "two words"}, HELD),
        (Checks(most_words=2), {"text": "now three words"}, BROKEN),
        (Checks(), {"text": "Anything."}, UNKNOWN),
        (Checks(contains_all=("a",), most_seconds=1.0), {"text": "a"}, UNKNOWN),
    ],
)
def test_what_a_whole_answer_holds(checks: Checks, answer: dict[str, Any], result: CheckResult) -> None:
    assert summary(checks.look_at(CheckedAnswer(is_whole=True, **answer))) is result
    assert Checks.of(checks.stored()) == checks


def test_half_an_answer_can_only_break() -> None:
    checks = Checks(contains_none=("sorry",), contains_all=("30",), most_words=2)

    found = checks.look_at(CheckedAnswer(text="Sorry, thirty", is_whole=False))
    assert [one.result for one in found] == [UNKNOWN, BROKEN, UNKNOWN]
    assert checks.look_at(CheckedAnswer(text="so many words", is_whole=False))[-1].result is BROKEN


TEXTS = st.text(alphabet="abcé {}\n1", max_size=12)
TUPLES = st.lists(TEXTS, max_size=2).map(tuple)
CHECKS = st.builds(
    Checks,
    contains_all=TUPLES,
    contains_any=TUPLES,
    contains_none=TUPLES,
    is_json=st.booleans(),
    cites=TUPLES,
    calls=st.sampled_from(["", "f"]),
    calls_with=st.sampled_from(["", "{}", "a"]),
    most_seconds=st.none() | st.floats(0.1, 600),
    most_words=st.none() | st.integers(1, 9),
)
ANSWERS = st.builds(
    CheckedAnswer,
    text=TEXTS,
    is_whole=st.just(False),
    sources=st.lists(TEXTS, max_size=2),
    calls=st.lists(st.tuples(st.just("f"), TEXTS), max_size=2),
    seconds=st.none() | st.floats(0, 600),
    schema=st.none() | st.just(SCHEMA),
)


@settings(max_examples=150, deadline=None)
@given(CHECKS, ANSWERS)
def test_nothing_is_held_by_an_answer_that_is_not_whole(checks: Checks, answer: CheckedAnswer) -> None:
    found = checks.look_at(answer)

    assert HELD not in [one.result for one in found]
    assert summary(found) is not HELD


ENDS = ["cancelled", "expired", "incomplete", "failed", "completed"]
STATUSES = st.sampled_from(["queued", "in_progress", "cancelling", "requires_action", *ENDS, "new", ""])
MESSAGES = st.fixed_dictionaries(
    {
        "role": st.just("assistant"),
        "status": st.sampled_from(["in_progress", "incomplete", "completed", ""]),
        "incomplete_details": st.none() | st.just({"reason": "max_tokens"}) | st.just({"reason": "content_filter"}),
        "content": st.lists(
            st.sampled_from(
                [
                    {"type": "text", "text": {"value": "Yes.", "annotations": []}},
                    {"type": "text", "text": {"value": " ", "annotations": []}},
                    {"type": "refusal", "refusal": "No."},
                ]
            ),
            max_size=2,
        ),
    }
)


@settings(max_examples=150, deadline=None)
@given(STATUSES, st.lists(MESSAGES, max_size=2))
def test_only_a_completed_run_with_complete_messages_is_whole(status: str, messages: list[dict[str, Any]]) -> None:
    outcome = outcome_of(Run({"status": status}), [Message(message) for message in messages])
    parts = [part for message in messages for part in message["content"]]

    if outcome.is_whole:
        assert status == "completed"
        assert all(message["status"] in ("completed", "") for message in messages)
        assert all(message["incomplete_details"] is None for message in messages)
        assert all(part["type"] != "refusal" for part in parts)
        assert any(part["text"]["value"].strip() for part in parts)


QUESTIONS = st.builds(
    Question,
    text=st.text(alphabet="=a,;\"'\n é?", min_size=1, max_size=20).map(str.strip).filter(bool),
    group=st.sampled_from(["", "Returns", "+1"]),
    checks=CHECKS.map(
        lambda checks: {
            name: [line for one in value for line in [plain(one)] if line] if isinstance(value, list) else value
            for name, value in checks.stored().items()
        }
    ),
    good_answer=st.sampled_from(["", "@home"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(QUESTIONS, max_size=3))
def test_what_is_exported_is_imported_alike(questions: list[Question]) -> None:
    for question in questions:
        stored = Checks.of(question.checks)
        if stored.calls_with and not stored.calls:
            question.checks = {name: value for name, value in question.checks.items() if name != "calls_with"}
        for name in ("contains_all", "contains_any", "contains_none", "cites"):
            if name in question.checks:
                question.checks[name] = list(dict.fromkeys(question.checks[name]))
        question.checks = Checks.of(question.checks).stored()
    text = "".join(csv_of(questions))
    forms, bad = rows_in(text.removeprefix("\ufeff"))

    assert bad == []
    read = [form.fill(Question()) for form in forms]
    assert [(one.text, one.group, one.checks, one.good_answer) for one in read] == [
        (one.text, one.group, one.checks, one.good_answer) for one in questions
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(text)) for cell in row)


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("text\nHi", 0, "“question” among them"),
        ("question,colour\nHi,red", 0, "no column “colour”"),
        ("question,Question\nHi,Ho", 0, "“question” is there twice"),
        ("", 0, "“question” among them"),
        ('question\nHi\n"Ho', 3, "quotation marks do not fit"),
        ('question\n"Hi" you', 2, "quotation marks do not fit"),
        ('"question', 1, "quotation marks do not fit"),
        ("question,at_most_words\nHi,0\nHo,3", 2, "at_most_words"),
        # The number is that of the line on which the row begins, whatever stood above it.
        ('question,at_most_words\n"Two\nlines",3\n\n"And\nagain",none', 5, "at_most_words"),
        ("sep=;\nquestion;at_most_words\nHi;3\nHo;x", 4, "at_most_words"),
        # Nothing is left out without a word.
        ("question\nHi, you", 2, "belongs to no column"),
        ("question,\nHi,you", 2, "belongs to no column"),
        ("question,valid_json\nHi,perhaps", 2, "valid_json: Say yes or no"),
        (f"question,group\n,A\n{'Hi,A' * 2}\n", 2, "question: Type the question"),
        ("question\n" + "".join(f"Question {number}\n" for number in range(5000)), 1002, "At most 1000"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_row_by_row(text: str, number: int, words: str) -> None:
    _, bad = rows_in(text)

    assert bad[0].number == number
    assert words in bad[0].text


@pytest.mark.parametrize(
    "text",
    [
        'Question;Must contain all;At most seconds;Valid JSON\r\n"\'Tis; ""so""?";"a\nb";2,5;WAHR\r\n',
        'sep=;\r\nquestion;must_contain_all;at_most_seconds;valid_json\r\n"\'Tis; ""so""?";"a\r\nb";2.5;x\r\n;;;\r\n',
        'question\tmust_contain_all\tat_most_seconds\tvalid_json\r\'Tis; "so"?\t"a\rb"\t2.5\tja\r',
        'valid_json,at_most_seconds,must_contain_all,question\noui,2.5,"a\nb","\'Tis; ""so""?"',
    ],
)
def test_what_spreadsheets_write_is_read_alike(text: str) -> None:
    forms, bad = rows_in(text)

    assert bad == []
    question = forms[0].fill(Question())
    assert (len(forms), question.text) == (1, '\'Tis; "so"?')
    assert question.checks == {"contains_all": ["a", "b"], "most_seconds": 2.5, "is_json": True}


def test_a_formula_stays_a_text_both_ways() -> None:
    texts = ["=1+1", "'=1+1", "''x", "'x", "@home", "-5"]
    forms, bad = rows_in("".join(csv_of([Question(text=text, checks={}) for text in texts])).removeprefix("\ufeff"))

    assert (bad, [form.fill(Question()).text for form in forms]) == ([], texts)
    assert [form.fill(Question()).text for form in rows_in("question\n=1+1\n")[0]] == ["=1+1"]


def test_a_spreadsheet_may_write_semicolons() -> None:
    forms, bad = rows_in("Group;Question;Valid JSON\nA;Hi, you?;yes\n;;\n")

    assert (len(forms), bad) == (1, [])
    assert isinstance(forms[0], QuestionForm)
    assert forms[0].fill(Question()).checks == {"is_json": True}
