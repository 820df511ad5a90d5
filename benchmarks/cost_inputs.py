"""Inputs that are meant to cost much: pieces that are repeated, and JSON that refers to itself."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from benchmarks.cost_subjects import BETWEEN, SIZE, WORDS, Subject

NAMES = st.sampled_from(["a", "b", "type", "properties", "items", "required", "enum", "model", "id", "tools", "$defs"])
REFERENCE = st.sampled_from(["#/a", "#/b", "#/properties/a", "#", "#/$defs/a", "#/a/b/a"]).map(lambda to: {"$ref": to})
LEAVES = (
    REFERENCE
    | st.sampled_from(
        ["object", "array", "string", ["string", "null"], None, True, 1e300, -1, "x" * 500, "[]", '{"model":1}']
    )
    | st.integers(1, 500).map(lambda size: ["a"] * size)
    | st.integers(1, 300).map(lambda size: {f"n{number}": {"type": "string"} for number in range(size)})
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


def texts_for(subject: Subject) -> st.SearchStrategy[str]:
    """Texts of at most ``SIZE`` characters that the subject can read."""
    if subject.build is not None:
        build = subject.build
        nested = st.tuples(st.dictionaries(NAMES, VALUES, max_size=6), st.integers(0, 60)).map(wrapped)
        return nested.map(build).filter(lambda text: len(text) <= SIZE)
    piece = st.sampled_from([*subject.pieces, *WORDS]) | st.text(max_size=4)
    runs = st.lists(st.tuples(st.lists(piece, min_size=1, max_size=4).map("".join), st.integers(1, 5_000)), max_size=5)
    one = runs.map(repeated)
    texts = st.lists(one, min_size=subject.parts, max_size=subject.parts)
    return texts.map(lambda each: BETWEEN.join(text[: SIZE // subject.parts] for text in each))


def wrapped(pair: tuple[dict[str, Any], int]) -> dict[str, Any]:
    """The value inside so many objects of one key."""
    value, depth = pair
    for _ in range(depth):
        value = {"properties": {"a": value}, "type": "object"} if depth % 2 else {"a": value}
    return value


def repeated(runs: list[tuple[str, int]], size: int = SIZE) -> str:
    return "".join((piece * count)[:size] for piece, count in runs)[:size]


def packed(text: str) -> list[list[Any]]:
    """The text as pieces and how often each is repeated, so that a corpus of long texts stays short."""
    found: list[list[Any]] = []
    at = 0
    while at < len(text):
        size, count = max(((size, _repeats(text, at, size)) for size in range(1, 33)), key=lambda one: one[0] * one[1])
        if count > 2:
            found.append([text[at : at + size], count])
            at += size * count
        elif found and found[-1][1] == 1:
            found[-1][0] += text[at]
            at += 1
        else:
            found.append([text[at], 1])
            at += 1
    return found


def _repeats(text: str, at: int, size: int) -> int:
    piece, count = text[at : at + size], 1
    while text.startswith(piece, at + size * count) and len(piece) == size:
        count += 1
    return count


def unpacked(pieces: list[list[Any]]) -> str:
    return "".join(piece * count for piece, count in pieces)
