"""What is known of models by their names, as a hand-over asks it."""

from __future__ import annotations

from assistants_client.model_table import family_of


def drops_sampling(model: str, effort: str | None) -> bool:
    """Whether a request with temperature or top_p would be refused."""
    family = family_of(model)
    return family is not None and not family.takes_sampling(effort_to_send(model, effort))


def effort_to_send(model: str, effort: str | None) -> str | None:
    """The reasoning effort; None when there is none or the model refuses it."""
    family = family_of(model)
    return None if effort is None or (family is not None and not family.takes_effort(effort)) else effort
