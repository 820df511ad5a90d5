"""The settings of a run as the family of its model takes them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from assistants_client.model_table import ModelFamily, family_of
from assistants_server.runs.model import Turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FamilySettings:
    """What is sent of them; of a model whose family is not known everything is, and its server decides."""

    family: ModelFamily | None
    temperature: float | None
    top_p: float | None
    effort: str | None

    @classmethod
    def of(cls, turn: Turn) -> FamilySettings:
        """The settings of ``turn`` less those that its model is known to refuse, which the log names."""
        family = family_of(turn.model)
        effort, temperature, top_p = turn.reasoning_effort, turn.temperature, turn.top_p
        dropped = []
        if family is not None and effort is not None and not family.takes_effort(effort):
            dropped.append(f"the effort {effort}")
            effort = None
        if family is not None and (temperature, top_p) != (None, None) and not family.takes_sampling(effort):
            dropped.append("temperature and top_p")
            temperature = top_p = None
        if dropped:
            logger.info("%s does not take %s: not sent", turn.model, " and ".join(dropped))
        return cls(family=family, temperature=temperature, top_p=top_p, effort=effort)
