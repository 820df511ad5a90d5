"""Measures variants side by side: in shuffled rounds, so that the machine's moods hit all of them alike."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Mapping

Variant = Callable[[], object]


def measured(
    variants: Mapping[str, Variant],
    *,
    rounds: int,
    batch_seconds: float = 0.02,
    clock: Callable[[], float] = time.perf_counter,
    seed: int = 1,
) -> dict[str, list[float]]:
    """Seconds per call of each variant, one value a round.

    In a round every variant runs once, in shuffled order, as often as `batch_seconds` needs.
    """
    sizes = {name: _batch_size(variant, batch_seconds) for name, variant in variants.items()}
    order = list(variants)
    shuffle = random.Random(seed).shuffle
    samples: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            variant, size = variants[name], sizes[name]
            gc.collect()
            start = clock()
            for _ in range(size):
                variant()
            samples[name].append((clock() - start) / size)
    return samples


def ratios(samples: Mapping[str, list[float]], of: str, to: str) -> list[float]:
    """One variant's time over another's, round by round."""
    return [mine / other for mine, other in zip(samples[of], samples[to], strict=True)]


def _batch_size(variant: Variant, batch_seconds: float) -> int:
    variant()
    start = time.perf_counter()
    variant()
    return max(1, round(batch_seconds / max(time.perf_counter() - start, 1e-6)))
