"""What is known of hosted models by their names: when they end, what replaces them, and what they refuse.

Facts as of 29 November 2026, from OpenAI's pages on deprecations and on each model, and from refusals that its API
answered. A server's own word always counts more: its `shutdown_date`, and what it refuses when asked. Nothing is known
of a name that is not here, such as a deployment's or a local model's, and nothing is assumed of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal

AS_OF = date(2026, 11, 29)
Sampling = Literal["always", "without_effort", "never"]
# A snapshot of a model: `gpt-4o-2024-08-06`, `gpt-4-0613`, `gpt-4-1106-preview`.
SNAPSHOT = r"(-\d{4}-\d{2}-\d{2}|-\d{4})?(-preview)?"

LOW_TO_HIGH = ("low", "medium", "high")
MINIMAL_TO_HIGH = ("minimal", *LOW_TO_HIGH)
NONE_TO_HIGH = ("none", *LOW_TO_HIGH)
NONE_TO_XHIGH = (*NONE_TO_HIGH, "xhigh")
NONE_TO_MAX = (*NONE_TO_XHIGH, "max")
LOW_TO_XHIGH = (*LOW_TO_HIGH, "xhigh")
LOW_TO_MAX = (*LOW_TO_XHIGH, "max")


@dataclass(frozen=True, kw_only=True)
class ModelFamily:
    """Models that share their rules.

    `pattern` matches their names without a snapshot's date. `efforts` are the reasoning efforts that they take, and
    `default_effort` the one they use when none is sent; an empty tuple means that they take none at all. `sampling`
    says whether `temperature` and `top_p` are taken: always, only while the effort is `none`, or never.
    `calls_functions_over_chat` is false where Chat Completions refuses functions unless the effort is sent as `none`.
    `window` is how many tokens they read.
    """

    pattern: str
    ends: date | None = None
    replacement: str = ""
    efforts: tuple[str, ...] = ()
    default_effort: str | None = None
    sampling: Sampling = "always"
    calls_functions_over_chat: bool = True
    window: int = 128_000

    def takes_sampling(self, effort: str | None = None) -> bool:
        """Whether a request with this effort, or none, may carry `temperature` and `top_p`."""
        if self.sampling == "without_effort":
            return (effort or self.default_effort) == "none"
        return self.sampling == "always"

    def takes_effort(self, effort: str) -> bool:
        return effort in self.efforts


OCTOBER, DECEMBER, JANUARY, APRIL = date(2026, 10, 23), date(2026, 12, 11), date(2027, 1, 14), date(2027, 4, 1)
SOL, TERRA, LUNA = "gpt-6.1-sol", "gpt-6.1-terra", "gpt-6-luna"
LARGE = 1_050_000


# They think before they answer and take no sampling; the later ones take it while their effort is none.
thinking = partial(ModelFamily, sampling="never", default_effort="medium", window=400_000)
optional = partial(ModelFamily, sampling="without_effort", default_effort="medium", window=400_000)
# Since GPT-5.4 functions go over the Responses API; since GPT-6 some models always think.
newer = partial(optional, calls_functions_over_chat=False)
always = partial(thinking, calls_functions_over_chat=False, efforts=LOW_TO_MAX, window=LARGE)

# The first that matches counts.
FAMILIES = (
    ModelFamily(pattern=r"gpt-3\.5-turbo(-16k)?", ends=OCTOBER, replacement=TERRA, window=16_385),
    ModelFamily(pattern=r"gpt-4", ends=OCTOBER, replacement=SOL, window=8_192),
    ModelFamily(pattern=r"gpt-4-turbo", ends=OCTOBER, replacement=SOL),
    ModelFamily(pattern=r"gpt-4o-2024-05-13", ends=OCTOBER, replacement=SOL),
    ModelFamily(pattern=r"gpt-4o(-mini)?", ends=JANUARY, replacement=LUNA),
    ModelFamily(pattern=r"gpt-4\.1-nano", ends=OCTOBER, replacement=LUNA, window=LARGE),
    ModelFamily(pattern=r"gpt-4\.1(-mini)?", ends=JANUARY, replacement=LUNA, window=LARGE),
    ModelFamily(pattern=r"chatgpt-4o-latest", ends=date(2026, 2, 17), replacement=LUNA),
    ModelFamily(pattern=r"gpt-5(\.1)?-chat-latest", ends=date(2026, 7, 23), replacement=LUNA),
    ModelFamily(pattern=r"gpt-5\.[23]-chat-latest", ends=date(2026, 8, 10), replacement="gpt-5.5"),
    thinking(pattern=r"o1(-pro)?|o3-mini", efforts=LOW_TO_HIGH, ends=OCTOBER, replacement=SOL, window=200_000),
    thinking(pattern=r"o4-mini", efforts=LOW_TO_HIGH, ends=OCTOBER, replacement=TERRA, window=200_000),
    thinking(pattern=r"o3(-pro)?", efforts=LOW_TO_HIGH, ends=DECEMBER, replacement=SOL, window=200_000),
    thinking(pattern=r"gpt-5", efforts=MINIMAL_TO_HIGH, ends=DECEMBER, replacement=SOL),
    thinking(pattern=r"gpt-5-mini", efforts=MINIMAL_TO_HIGH, ends=DECEMBER, replacement=TERRA),
    thinking(pattern=r"gpt-5-nano", efforts=MINIMAL_TO_HIGH, ends=DECEMBER, replacement=LUNA),
    thinking(pattern=r"gpt-5-pro", efforts=("high",), default_effort="high", ends=DECEMBER, replacement=SOL),
    optional(pattern=r"gpt-5\.1", efforts=NONE_TO_HIGH, default_effort="none", ends=APRIL),
    optional(pattern=r"gpt-5\.2", efforts=NONE_TO_XHIGH, default_effort="none"),
    thinking(pattern=r"gpt-5\.3-codex", efforts=LOW_TO_XHIGH, ends=APRIL),
    newer(pattern=r"gpt-5\.4-nano", efforts=NONE_TO_XHIGH, default_effort="none", ends=APRIL),
    newer(pattern=r"gpt-5\.4(-mini)?", efforts=NONE_TO_XHIGH, default_effort="none"),
    newer(pattern=r"gpt-5\.5", efforts=NONE_TO_XHIGH),
    newer(pattern=r"gpt-5\.6(-sol|-terra|-luna)?", efforts=NONE_TO_MAX, window=LARGE),
    newer(pattern=r"gpt-6-(sol|luna)|gpt-6\.1-terra", efforts=NONE_TO_MAX, window=LARGE),
    always(pattern=r"gpt-6-astra|gpt-6\.1-sol|gpt-6\.2.*"),
    # Relatives of these that are not listed: what they have in common.
    ModelFamily(pattern=r"gpt-5.*chat.*|chatgpt.*|gpt-[34].*"),
    thinking(pattern=r"o\d.*", efforts=LOW_TO_HIGH, window=200_000),
    thinking(pattern=r"gpt-5-.*|codex.*", efforts=MINIMAL_TO_HIGH),
    newer(pattern=r"gpt-(5\.\d|[6-9]|\d\d).*", efforts=NONE_TO_MAX),
)

# Models that newcomers are offered by name, and the day each was released. A test fails sixty days before one ends.
OFFERED = {
    "gpt-6.2-sol": date(2026, 11, 17),
    "gpt-6.1-terra": date(2026, 11, 2),
    "gpt-6.1-sol": date(2026, 9, 30),
    "gpt-6-luna": date(2026, 9, 22),
    "gpt-6-sol": date(2026, 9, 22),
    "gpt-6-astra": date(2026, 9, 3),
    "gpt-5.6-sol": date(2026, 7, 9),
    "gpt-5.6-terra": date(2026, 7, 9),
    "gpt-5.6-luna": date(2026, 7, 9),
    "gpt-5.4": date(2026, 3, 5),
    "gpt-5.4-mini": date(2026, 3, 17),
    "gpt-5.2": date(2025, 12, 11),
}
# To begin with, the first of these that a server offers and that takes the settings it should have.
SUGGESTED = ("gpt-6-luna", "gpt-6.1-terra", "gpt-6.2-sol", "gpt-5.6-luna", "gpt-5.4-mini")
SOON = timedelta(days=60)


def family_of(model: str) -> ModelFamily | None:
    """The family of a hosted model, a fine-tuned one included; None when its name is not known.

    A maker's name before a slash, as gateways write it, is left aside.
    """
    name = model.rsplit("/", maxsplit=1)[-1].removeprefix("ft:").partition(":")[0].lower()
    return next((family for family in FAMILIES if re.fullmatch(f"(?:{family.pattern}){SNAPSHOT}", name)), None)


def ends_soon(end: date | None, today: date) -> bool:
    """Whether a model that ends on this day is not to be suggested any more: it has ended, or will in sixty days."""
    return end is not None and end - today <= SOON
