"""What is known of models by their names, as a hand-over asks it."""

from __future__ import annotations

from assistants_client.model_table import family_of


def end_of(model: str) -> str:
    """The day on which OpenAI ends this model, as ``2026-12-11``; empty when none is known."""
    family = family_of(model)
    return family.ends.isoformat() if family and family.ends else ""


def drops_sampling(model: str, effort: str | None) -> bool:
    """Whether a request with temperature or top_p would be refused."""
    family = family_of(model)
    return family is not None and not family.takes_sampling(effort_to_send(model, effort))


def effort_to_send(model: str, effort: str | None) -> str | None:
    """The reasoning effort; None when there is none or the model refuses it."""
    family = family_of(model)
    return None if effort is None or (family is not None and not family.takes_effort(effort)) else effort
