from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import assume, given, settings, target
from hypothesis import strategies as st

from dashboard.audit.read.comparison import compare
from dashboard.audit.read.diff import DiffPart, Pair, side_by_side, words
from dashboard.bounds import COMPARISON_PARTS, COMPARISON_STEPS
from dashboard.lib.matching import Budget

TEXTS = st.text(alphabet="ab \n.é", max_size=60)


def text(parts: tuple[DiffPart, ...] | None) -> str:
    return "".join(part.text for part in parts or ())


@given(old=TEXTS, new=TEXTS)
def test_both_sides_are_told_whole(old: str, new: str) -> None:
    assume(old.splitlines() != new.splitlines())
    pairs = side_by_side(old, new, context=10_000)
    assert [text(pair.old) for pair in pairs if pair.old is not None] == old.splitlines()
    assert [text(pair.new) for pair in pairs if pair.new is not None] == new.splitlines()


@given(old=TEXTS, new=TEXTS)
def test_what_is_not_marked_is_the_same_on_both_sides(old: str, new: str) -> None:
    left, right = words(old, new)
    unmarked = [[part.text for part in side if not part.is_changed] for side in (left, right)]
    assert unmarked[0] == unmarked[1] or "".join(unmarked[0]) == "".join(unmarked[1])


def test_it_marks_the_words_that_differ() -> None:
    assert side_by_side("Be very brief.", "Be kind.") == [
        Pair(
            (DiffPart("Be "), DiffPart("very brief", True), DiffPart(".")),
            (DiffPart("Be "), DiffPart("kind", True), DiffPart(".")),
        )
    ]


def test_it_leaves_out_what_is_far_from_any_change() -> None:
    old = "\n".join(str(number) for number in range(100))
    pairs = side_by_side(old, old.replace("50", "fifty"))
    assert [pair.hidden for pair in pairs if pair.hidden] == [48, 47]
    assert len(pairs) == 7


WORST = {
    "a word that repeats in one line": ("ab " * 500, "ba " * 500),
    "two letters by turns": ("a b " * 6_000, "b a c " * 4_000),
    "two lines by turns": ("a\nb\n" * 6_000, "b\na\nc\n" * 4_000),
    "one long line": ("word " * 5_000, "wurd " * 5_000),
    "many long lines": (
        "\n".join("ab ab" * 50 + str(n) for n in range(900)),
        "\n".join("ab ac" * 50 + str(n) for n in range(900)),
    ),
    "every second word": (" ".join(f"a b{n}" for n in range(3_000)), " ".join(f"c b{n}" for n in range(3_000))),
    "backwards": ("\n".join(map(str, range(4_000))), "\n".join(map(str, range(4_000, 0, -1)))),
    "only line breaks": ("\n" * 16_000, "x" + "\n" * 8_000 + "y" + "\n" * 8_000),
}


def parts_of(pairs: list[Pair]) -> int:
    return sum(len(pair.old or ()) + len(pair.new or ()) for pair in pairs)


@pytest.mark.parametrize(("old", "new"), WORST.values(), ids=WORST)
def test_no_two_texts_cost_more_than_the_budget_of_their_page(old: str, new: str) -> None:
    budget = Budget()
    pairs = [pair for _ in range(3) for pair in side_by_side(old, new, budget=budget)]
    assert any(pair.is_changed for pair in pairs)
    # The last stretch and the last line may go a little beyond.
    assert budget.spent <= 1.2 * COMPARISON_STEPS
    assert parts_of(pairs) <= 1.2 * COMPARISON_PARTS


def test_the_largest_text_does_not_fill_the_memory() -> None:
    old, new = WORST["only line breaks"]
    tracemalloc.start()
    side_by_side(old, new)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_page_says_where_it_compared_whole_lines() -> None:
    budget = Budget(steps=400)
    first, second = ("ab ba " * 20, "ba cb ab " * 20)
    said, line = side_by_side(first, second, budget=budget)
    assert said == Pair(None, None, is_coarse=True)
    assert line == Pair((DiffPart(first, True),), (DiffPart(second, True),))
    assert not any(pair.is_coarse for pair in side_by_side("one\ntwo", "one\n2", budget=Budget(steps=400)))


def test_a_budget_just_large_enough_compares_word_by_word() -> None:
    old, new = "ab ba " * 20, "ba cb ab " * 20
    budget = Budget()
    side_by_side(old, new, budget=budget)
    finest = words(old, new)
    needed = next(steps for steps in range(100, 50_000, 100) if words(old, new, Budget(steps=steps)) == finest)
    assert budget.refused == 0
    assert words(old, new, Budget(steps=needed - 100)) == ((DiffPart(old, True),), (DiffPart(new, True),))


@given(texts=st.tuples(*[st.text(alphabet="ab \n", max_size=300)] * 2))
@settings(max_examples=60)
def test_no_text_costs_far_more_than_its_length(texts: tuple[str, str]) -> None:
    budget = Budget()
    side_by_side(*texts, budget=budget)
    target(float(budget.spent))
    assert budget.spent <= COMPARISON_STEPS


def test_what_is_left_out_is_counted() -> None:
    pairs = side_by_side("a\n" * 5, "b\n" * 10, budget=Budget(parts=6))
    assert [pair.left_out for pair in pairs] == [0, 0, 0, 7]


def test_one_word_in_a_long_text_is_marked_alone() -> None:
    old = "\n".join(f"line {number}" for number in range(5000))
    [changed] = [pair for pair in side_by_side(old, old.replace("line 2500\n", "row 2500\n")) if pair.is_changed]
    assert changed == Pair((DiffPart("line", True), DiffPart(" 2500")), (DiffPart("row", True), DiffPart(" 2500")))


def test_it_compares_functions_and_metadata_by_name_and_files_by_theirs() -> None:
    function = {"type": "function", "function": {"name": "find_order", "parameters": {"a": 1}}}
    before = {"tools": [function], "metadata": {"a": "1", "b": "2"}, "file_ids": ["file-1"], "created_at": 1}
    after = {
        "tools": [{"type": "function", "function": {"name": "find_order", "parameters": {"a": 2}}}],
        "metadata": {"b": "2", "c": "3"},
        "file_ids": [],
        "created_at": 2,
    }
    changes = {change.name: change for change in compare(before, after, names={"file-1": "prices.pdf"})}
    assert [(entry.name, entry.state) for entry in changes["tools"].entries] == [("find_order", "changed")]
    assert [(entry.name, entry.state) for entry in changes["metadata"].entries] == [("a", "removed"), ("c", "added")]
    assert [(entry.name, entry.state) for entry in changes["files"].entries] == [("prices.pdf", "removed")]
    assert "created_at" not in changes
