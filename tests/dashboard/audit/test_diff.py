from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.audit.read.comparison import compare
from dashboard.audit.read.diff import MOST_SHOWN, DiffPart, Pair, side_by_side, words

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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb\n" * 60_000, "b\na\n" * 60_000),
        ("word " * 50_000, "wurd " * 50_000),
        ("\n".join("ab ab" * 50 + str(n) for n in range(900)), "\n".join("ab ac" * 50 + str(n) for n in range(900))),
    ],
    ids=["lines that repeat", "one long line", "many long lines"],
)
def test_the_largest_instructions_are_compared(old: str, new: str) -> None:
    pairs = side_by_side(old, new)
    assert any(pair.is_changed for pair in pairs)
    assert len(pairs) <= MOST_SHOWN + 1


def test_one_word_in_a_long_text_is_marked_alone() -> None:
    old = "\n".join(f"line {number}" for number in range(5000))
    [changed] = [pair for pair in side_by_side(old, old.replace("line 2500\n", "row 2500\n")) if pair.is_changed]
    assert changed == Pair((DiffPart("line", True), DiffPart(" 2500")), (DiffPart("row", True), DiffPart(" 2500")))


def test_what_is_too_much_to_compare_is_marked_as_a_whole() -> None:
    [pair] = side_by_side("word " * 1000, "wurd " * 1000)
    assert pair == Pair((DiffPart("word " * 1000, True),), (DiffPart("wurd " * 1000, True),))


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
