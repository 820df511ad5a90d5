from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from assistants_ui.assistants.editor.paragraphs import together
from dashboard.bounds import COMPARISON_STEPS
from dashboard.lib.matching import Budget

TEXTS = st.lists(st.sampled_from(["A", "B", "C", "D"]), max_size=5).map("\n\n".join)


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("A1\n\nB\n\nC", "A\n\nB\n\nC1", "A1\n\nB\n\nC1"),
        ("A1\n\nB\n\nC", "A\n\nB1\n\nC", "A1\n\nB1\n\nC"),
        ("A\n\nC", "A1\n\nB\n\nC", "A1\n\nC"),
        ("A\n\nNew\n\nB\n\nC", "A\n\nB\n\nC1", "A\n\nNew\n\nB\n\nC1"),
        ("A1\n\nB\n\nC", "A2\n\nB\n\nC", "A1\n\nA2\n\nB\n\nC"),
        ("A1\n\nB\n\nC", "A1\n\nB\n\nC", "A1\n\nB\n\nC"),
    ],
)
def test_both_changes_are_in_the_text(mine: str, theirs: str, both: str) -> None:
    assert together("A\n\nB\n\nC", mine, theirs).text == both


LIST = "How to answer\n- look first\n- be short\n- be kind\n\nNever\n- promise"


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (("be short", "be brief"), ("be short", "be long"), ("- be short", "- be brief\n- be long")),
        (("look first", "look twice"), ("be kind", "be polite"), None),
        (
            ("- promise", "- promise\n- lie"),
            ("- promise", "- promise\n- beg"),
            ("- promise", "- promise\n- lie\n- beg"),
        ),
    ],
)
def test_only_the_disputed_lines_stand_twice(
    mine: tuple[str, str], theirs: tuple[str, str], both: tuple[str, str] | None
) -> None:
    joined = LIST.replace(*both) if both else LIST.replace(*mine).replace(*theirs)
    assert together(LIST, LIST.replace(*mine), LIST.replace(*theirs)).text == joined


@given(TEXTS, TEXTS)
def test_one_change_alone_is_taken_as_it_is(before: str, after: str) -> None:
    assert together(before, after, before).text == after
    assert together(before, before, after).text == after
    assert together(before, after, after).text == after


@given(TEXTS, TEXTS, TEXTS)
def test_no_paragraph_that_somebody_added_is_missing(before: str, mine: str, theirs: str) -> None:
    joined = together(before, mine, theirs).text.split("\n\n")
    added = {*mine.split("\n\n"), *theirs.split("\n\n")} - {"", *before.split("\n\n")}
    assert added <= set(joined)


@pytest.mark.parametrize(
    ("mine", "theirs", "twice"),
    [
        ("A\n\nB mine\n\nC", "A\n\nB\n\nC theirs", []),
        ("A\n\nB mine\n\nC", "A\n\nB theirs\n\nC", [("B mine", "B theirs")]),
        ("A\n\nB mine\n\nmore\n\nC", "A\n\nB theirs\n\nC", [("B mine\n\nmore", "B theirs")]),
        ("A mine\n\nB\n\nC mine", "A theirs\n\nB\n\nC theirs", [("A mine", "A theirs"), ("C mine", "C theirs")]),
        ("A\n\nB mine\n\nC", "A\n\nC", []),
    ],
)
def test_it_names_what_stands_twice(mine: str, theirs: str, twice: list[tuple[str, str]]) -> None:
    joined = together("A\n\nB\n\nC", mine, theirs)
    assert [(passage.mine, passage.theirs) for passage in joined.twice] == twice
    assert all(passage.mine in joined.text and passage.theirs in joined.text for passage in joined.twice)


@pytest.mark.parametrize(
    ("before", "mine", "theirs"),
    [
        ("a\n\n" * 1000, "a\n\n" * 999 + "b\n\na", "c\n\n" + "a\n\n" * 999),
        ("a\n\nb\n\n" * 3000, "b\n\na\n\nc\n\n" * 2000, "b\n\nc\n\na\n\n" * 2000),
        ("\n".join("ab" * 3000), "\n".join("bac" * 2000), "\n".join("bca" * 2000)),
    ],
    ids=["the same paragraph", "two by turns", "lines by turns"],
)
def test_no_three_texts_cost_more_than_the_budget_of_their_page(before: str, mine: str, theirs: str) -> None:
    budget = Budget()
    joined = together(before, mine, theirs, budget)
    assert budget.spent <= COMPARISON_STEPS
    assert {*mine.split("\n"), *theirs.split("\n")} - {*before.split("\n")} <= {*joined.text.split("\n")}
    assert joined.is_coarse == (budget.refused > 0)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS, TEXTS)
def test_without_a_budget_nothing_that_somebody_added_is_missing(before: str, mine: str, theirs: str) -> None:
    joined = together(before, mine, theirs, Budget(steps=0))
    added = {*mine.split("\n\n"), *theirs.split("\n\n")} - {"", *before.split("\n\n")}
    target(float(len(joined.twice)))
    assert added <= set(joined.text.split("\n\n"))
