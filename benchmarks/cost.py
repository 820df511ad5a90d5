"""Search for texts that cost more than they are worth: `python -m benchmarks.cost --minutes 60`.

Whatever reads what others wrote is given texts of ten thousand characters that are made to cost much, the search
following what cost most so far. The worst of each kind go into tests/costly_texts.json, which the tests read again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.counting import TooMuchWorkError, steps_of

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "costly_texts.json"
# What one text may cost of a processor, whatever else a page does.
SECONDS = 0.3
KEPT = 3
BATCH = 25
MOST_STEPS = 3_000_000


@dataclass
class Record:
    """The worst of one subject so far."""

    examples: int = 0
    worst: list[tuple[float, str]] = field(default_factory=list)

    def note(self, seconds: float, text: str) -> None:
        self.examples += 1
        if all(text != known for _, known in self.worst):
            self.worst = sorted([*self.worst, (seconds, text)], reverse=True)[:KEPT]


@contextmanager
def given_up_after(seconds: float) -> Iterator[None]:
    """Break off what takes longer; a regular expression looks for signals too."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TooMuchWorkError

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def seconds_of(act: Any, text: str) -> float:
    """The time of a processor that reading the text takes, given up after ten seconds."""
    began = time.thread_time()
    try:
        with given_up_after(10):
            act(text)
    except (TooMuchWorkError, RecursionError):
        return 10.0
    return time.thread_time() - began


def search(name: str, record: Record) -> None:
    """One batch of examples, those that cost more bred from those that cost much."""
    from hypothesis import HealthCheck, Phase, given, seed, settings, target

    from benchmarks.cost_inputs import texts_for
    from benchmarks.cost_subjects import subjects

    subject = subjects()[name]

    @seed(random.getrandbits(64))
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.target],
        suppress_health_check=list(HealthCheck),
    )
    @given(text=texts_for(subject))
    def each(text: str) -> None:
        seconds = seconds_of(subject.act, text)
        if seconds > 0.02:
            # Once more, because the first time may have been somebody else's.
            seconds = min(seconds, seconds_of(subject.act, text))
        record.note(seconds, text)
        target(seconds * 1000)

    each()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from benchmarks.cost_subjects import subjects

    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost")
    parser.add_argument("subject", nargs="*", help=f"of {', '.join(subjects())}; all when none is named")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--keep", action="store_true", help="write the worst texts to the corpus of the tests")
    options = parser.parse_args()
    names = options.subject or list(subjects())
    records = {name: Record() for name in names}
    until = time.monotonic() + options.minutes * 60
    while time.monotonic() < until:
        for name in names:
            search(name, records[name])
            if options.keep:
                keep({name: records[name]})
    for name, record in records.items():
        report(name, record)


def keep(records: dict[str, Record]) -> None:
    """Add the worst texts to the corpus of the tests."""
    from benchmarks.cost_inputs import packed

    corpus: dict[str, list[Any]] = json.loads(CORPUS.read_text()) if CORPUS.exists() else {}
    for name, record in records.items():
        known = corpus.setdefault(name, [])
        known += [
            each for _, text in record.worst if len(json.dumps(each := packed(text))) < 6_000 and each not in known
        ]
        del known[:-KEPT]
    lines = (f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, texts)) + "\n]" for name, texts in corpus.items())
    CORPUS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def report(name: str, record: Record) -> None:
    from benchmarks.cost_subjects import median_steps, subjects

    seconds, text = record.worst[0]
    steps = _steps(subjects()[name].act, text)
    verdict = "ok" if seconds <= SECONDS and steps <= 100 * median_steps(name) else "TOO MUCH"
    print(
        f"{name:18} {record.examples:7} texts, the worst {seconds * 1000:7.1f} ms and {steps:9,} steps, "
        f"{steps / median_steps(name):5.1f} times an ordinary one  {verdict}",
        flush=True,
    )


def _steps(act: Any, text: str) -> int:
    try:
        return steps_of(lambda: act(text), at_most=MOST_STEPS)
    except TooMuchWorkError:
        return MOST_STEPS


if __name__ == "__main__":
    main()
