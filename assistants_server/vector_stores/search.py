"""Find passages by their words: BM25 over the chunks of a vector store.

There is no model here that knows meanings, so a passage is found by words it shares with the
query. The score is the share of the best a passage could reach: 1 would be every word of the
query, all over a short passage; words that stand in few passages count more.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from assistants_server.files.text.words import words
from assistants_server.models import Chunk, Posting, StoreFile, VectorStore

# The usual constants: how soon repetition stops to help, and how much length hurts.
K1 = 1.2
B = 0.75
ORDERS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


@dataclass(frozen=True, kw_only=True)
class ScoredPassage:
    file: StoreFile
    score: float
    text: str


def search(
    store: VectorStore,
    queries: list[str],
    *,
    most: int,
    threshold: float = 0.0,
    filters: dict[str, Any] | None = None,
) -> list[ScoredPassage]:
    """The best passages, best first; a passage scores what its best query gives it."""
    files = {
        row.pk: row
        for row in store.files.filter(status=StoreFile.Status.COMPLETED)
        if filters is None or matches(row.attributes, filters)
    }
    scores: dict[tuple[int, int], float] = {}
    for query in queries:
        for place, score in _scores(store, set(words(query)), files).items():
            scores[place] = max(score, scores.get(place, 0.0))
    ranked = sorted(
        (place for place in scores if scores[place] >= threshold), key=lambda place: (-scores[place], place)
    )
    texts = _texts(ranked[:most])
    return [
        ScoredPassage(file=files[place[0]], score=round(scores[place], 4), text=texts[place])
        for place in ranked[:most]
        if place in texts
    ]


def _scores(store: VectorStore, wanted: set[str], files: dict[int, StoreFile]) -> dict[tuple[int, int], float]:
    """A score from 0 to 1 for each (file, chunk) that holds a wanted word."""
    total = sum(len(row.chunk_lengths) for row in files.values())
    if not wanted or not total:
        return {}
    average = sum(sum(row.chunk_lengths) for row in files.values()) / total or 1.0
    found: dict[str, dict[tuple[int, int], int]] = {word: {} for word in wanted}
    for file_pk, word, counts in Posting.objects.filter(store=store, word__in=wanted).values_list(
        "file", "word", "counts"
    ):
        if file_pk in files:
            found[word].update({(file_pk, int(position)): count for position, count in counts.items()})
    scores: dict[tuple[int, int], float] = defaultdict(float)
    best = 0.0
    for places in found.values():
        rarity = math.log(1 + (total - len(places) + 0.5) / (len(places) + 0.5))
        best += rarity * (K1 + 1)
        for (file_pk, position), count in places.items():
            length = files[file_pk].chunk_lengths[position]
            pressure = K1 * (1 - B + B * length / average)
            scores[file_pk, position] += rarity * count * (K1 + 1) / (count + pressure)
    return {place: score / best for place, score in scores.items()}


def _texts(places: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
    by_file: dict[int, list[int]] = defaultdict(list)
    for file_pk, position in places:
        by_file[file_pk].append(position)
    return {
        (chunk.file_id, chunk.position): chunk.text
        for file_pk, positions in by_file.items()
        for chunk in Chunk.objects.filter(file=file_pk, position__in=positions)
    }


def matches(attributes: dict[str, Any], condition: dict[str, Any]) -> bool:
    """Whether a file's attributes meet a filter; one that lacks the key meets only ``ne`` and ``nin``."""
    kind = condition["type"]
    if kind == "and":
        return all(matches(attributes, part) for part in condition["filters"])
    if kind == "or":
        return any(matches(attributes, part) for part in condition["filters"])
    value, wanted = attributes.get(condition["key"]), condition["value"]
    match kind:
        case "eq":
            return _same(value, wanted)
        case "ne":
            return not _same(value, wanted)
        case "in":
            return any(_same(value, item) for item in wanted)
        case "nin":
            return not any(_same(value, item) for item in wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return False
    if not (isinstance(value, str) and isinstance(wanted, str)) and not (
        isinstance(value, int | float) and isinstance(wanted, int | float)
    ):
        return False
    return bool(ORDERS[kind](value, wanted))


def _same(value: Any, wanted: Any) -> bool:
    # Python takes True for 1, JSON does not.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)
