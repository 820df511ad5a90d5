"""How a person gives a value, in plain words and bounds; the form makes its fields of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from dashboard.lib.texts import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class Input:
    """``types`` are the kinds of JSON value that can be shown in it; others are kept and not shown."""

    help_text: StrOrPromise
    types: ClassVar[tuple[type, ...]] = (str,)


@dataclass(frozen=True, kw_only=True)
class LineInput(Input):
    """A text of one line. ``suggestions`` names a list of the page; ``required`` is said when it is left empty."""

    max_length: int
    suggestions: str = ""
    required: StrOrPromise = ""


@dataclass(frozen=True, kw_only=True)
class TextInput(Input):
    """A text of many lines, of at most so many characters in each version of the protocol."""

    max_length: Mapping[str, int]
    rows: int


@dataclass(frozen=True, kw_only=True)
class NumberInput(Input):
    """A number; empty means that the server's own default holds.

    ``middle`` is where a slider then rests; ``usual`` is what servers store where nothing was asked for.
    """

    minimum: float
    maximum: float
    middle: float | None = None
    usual: float | None = None
    types = (int, float)


@dataclass(frozen=True, kw_only=True)
class WholeNumberInput(Input):
    minimum: int
    maximum: int
    types = (int,)


@dataclass(frozen=True, kw_only=True)
class ChoiceInput(Input):
    """One of several words with their labels; empty means that the server's own default holds."""

    choices: Mapping[str, StrOrPromise]


@dataclass(frozen=True, kw_only=True)
class SwitchInput(Input):
    """On or off."""
