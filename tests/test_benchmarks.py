"""The frame of the benchmarks: what is measured side by side, and how it is told."""

from __future__ import annotations

from benchmarks.rounds import measured, ratios
from benchmarks.table import Row, lines, row


def test_every_round_runs_every_variant() -> None:
    ran: list[str] = []
    samples = measured(
        {"a": lambda: ran.append("a"), "b": lambda: ran.append("b")},
        rounds=4,
        batch_seconds=0,
        clock=iter(range(100)).__next__,
    )
    assert {name: len(values) for name, values in samples.items()} == {"a": 4, "b": 4}
    # Twice before the rounds, to warm up and to find the size of a batch.
    assert ran.count("a") == ran.count("b") == 6


def test_a_ratio_is_taken_round_by_round() -> None:
    assert ratios({"ours": [2.0, 9.0], "theirs": [1.0, 3.0]}, "ours", "theirs") == [2.0, 3.0]


def test_a_goal_is_held_against_the_median() -> None:
    assert row("r", [1.0, 1.1, 9.0], at_most=1.2).is_met is True
    assert row("r", [1.0, 1.3, 1.4], at_most=1.2).is_met is False
    assert row("r", [15.0], at_least=10).is_met is True
    assert row("r", [1.0]).is_met is None


def test_the_table_shows_spread_goal_and_verdict() -> None:
    shown = lines(
        "Title",
        [
            Row(name="quick", low=0.9, median=1, high=1.25, at_most=1.2),
            Row(name="slow", low=5, median=6, high=7, unit="MB", at_least=10),
        ],
    )
    assert [line.split() for line in shown] == [
        ["Title", "min", "median", "max", "goal"],
        ["quick", "0.9", "1", "1.25", "x", "≤", "1.2", "met"],
        ["slow", "5", "6", "7", "MB", "≥", "10", "MISSED"],
    ]
