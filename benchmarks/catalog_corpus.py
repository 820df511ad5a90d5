"""Assistants by the thousand with English texts, and a far end that lists them a page at a time."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from functools import lru_cache
from itertools import accumulate
from pydoc_data.topics import topics
from typing import Any

import httpx

# In every 104th, in every fourth, and in nearly every one.
RARE, MIDDLING = "warehousing", "reimbursement"
RARE_PART, COMMON = "ehousin", "the"
WORDS_EACH = 330


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[list[str], list[int]]:
    """English words as often as Python's own manual uses them."""
    counted = Counter(re.findall(r"[a-z]{2,}", " ".join(topics.values()).lower()))
    return list(counted), list(accumulate(counted.values()))


def body(number: int) -> dict[str, Any]:
    """The same assistant for the same number, with about 2 kB of instructions."""
    pick = random.Random(number)
    words, weights = _vocabulary()
    text = pick.choices(words, cum_weights=weights, k=WORDS_EACH)
    if number % 104 == 3:
        text[200] = RARE
    if number % 4 == 1:
        text[250] = MIDDLING
    return {
        "id": f"asst_{number:024}",
        "object": "assistant",
        "created_at": 1_600_000_000 + number,
        "name": f"{text[0]} {text[1]} {number}".capitalize(),
        "description": "Answers questions of our customers about orders and parcels.",
        "model": ("gpt-4.1", "gpt-4.1-mini", "gpt-4o")[number % 3],
        "instructions": " ".join(text),
        "tools": [{"type": "file_search"}],
        "tool_resources": {"file_search": {"vector_store_ids": [f"vs_{number // 10}"]}},
        "metadata": {"team": f"team {number % 20}"},
    }


class FarEnd(httpx.BaseTransport):
    """Lists ``count`` assistants oldest first, a hundred a call, each call after ``latency`` seconds."""

    def __init__(self, count: int, *, latency: float) -> None:
        bodies = [body(number) for number in range(count)]
        self.calls = 0
        self.latency = latency
        self._pages = {
            bodies[start - 1]["id"] if start else None: json.dumps(
                {"object": "list", "data": bodies[start : start + 100], "has_more": start + 100 < count}
            ).encode()
            for start in range(0, count, 100)
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        time.sleep(self.latency)
        page = self._pages[request.url.params.get("after")]
        return httpx.Response(200, content=page, headers={"Content-Type": "application/json"})
