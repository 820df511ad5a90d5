"""The rows that benchmarks give, and how they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: its lowest, median and highest value over the rounds, and what it should be at most.

    `unit` is `x` for a ratio of two things measured side by side; absolute figures belong to the machine.
    """

    name: str
    low: float
    median: float
    high: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the median meets the goal; None without a goal."""
        if self.at_most is None and self.at_least is None:
            return None
        return (self.at_most is None or self.median <= self.at_most) and (
            self.at_least is None or self.median >= self.at_least
        )


def row(
    name: str,
    values: Sequence[float],
    *,
    unit: str = "x",
    at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    """The row of the values that the rounds gave."""
    return Row(
        name=name,
        low=min(values),
        median=statistics.median(values),
        high=max(values),
        unit=unit,
        at_most=at_most,
        at_least=at_least,
    )


def lines(title: str, rows: Iterable[Row]) -> list[str]:
    """The printed table."""
    table = [(title, "min", "median", "max", "", "goal", "")]
    for each in rows:
        goal = "" if each.at_most is None else f"≤ {_figure(each.at_most)}"
        goal = goal if each.at_least is None else f"≥ {_figure(each.at_least)}"
        verdict = {None: "", True: "met", False: "MISSED"}[each.is_met]
        figures = (_figure(each.low), _figure(each.median), _figure(each.high))
        table.append((each.name, *figures, each.unit, goal, verdict))
    widths = [max(len(cells[column]) for cells in table) for column in range(7)]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, 4, 6) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in table
    ]


def _figure(value: float) -> str:
    if value == int(value) and abs(value) < 10_000_000:
        return f"{int(value)}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
