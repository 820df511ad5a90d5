"""What is known of models by their names: which settings they refuse, and when they end."""

from __future__ import annotations

import re

from assistants_ui.domain.model_rules import SAMPLING, refused_by

DATED = r"(?:-\d{4}(?:-\d{2}-\d{2})?)?"
# OpenAI's own dates; an undated name goes with the dated ones.
ENDS = [
    (rf"(?:gpt-4\.1-nano|gpt-4(?:-turbo)?|gpt-3\.5-turbo|o1|o3-mini|o4-mini){DATED}(?:-preview)?", "2026-10-23"),
    (rf"(?:gpt-5(?:-mini|-nano)?|o3){DATED}", "2026-12-11"),
    (rf"(?:gpt-4o|gpt-4o-mini|gpt-4\.1|gpt-4\.1-mini){DATED}", "2027-01-14"),
    (rf"gpt-5\.1{DATED}", "2027-04-01"),
]
# Efforts that a model answers with an error.
REFUSED_EFFORTS = [
    (r"gpt-6-astra.*|gpt-6\.1-sol.*|gpt-6\.2.*", ("none", "minimal")),
    (r"gpt-6.*|gpt-5\.\d.*", ("minimal",)),
    (r"gpt-5.*|o\d.*|codex.*", ("none",)),
]


def end_of(model: str) -> str:
    """The day on which OpenAI ends this model, as ``2026-12-11``; empty when none is known."""
    return next((day for pattern, day in ENDS if re.fullmatch(pattern, model.lower())), "")


def drops_sampling(model: str, effort: str | None) -> bool:
    """Whether a request with temperature or top_p would be refused."""
    is_reasoning = refused_by(model) == SAMPLING or model.lower().startswith("gpt-6")
    return is_reasoning and effort_to_send(model, effort) != "none"


def effort_to_send(model: str, effort: str | None) -> str | None:
    """The reasoning effort; None when there is none or the model refuses it."""
    if effort is None or refused_by(model) == ("reasoning_effort",):
        return None
    refused = next((efforts for pattern, efforts in REFUSED_EFFORTS if re.fullmatch(pattern, model.lower())), ())
    return None if effort in refused else effort
