"""What the audit log says of a hand-over: who took which assistant where. Never a text of it."""

from __future__ import annotations

from assistants_ui.domain.actions import Action
from assistants_ui.handover.package import Package
from assistants_ui.handover.targets import TARGETS
from dashboard.audit import api as audit
from dashboard.audit.registry import registry


def register() -> None:
    """What the log calls the targets. Called once, when the app is ready."""
    registry.register_note_words("target", {name: target.label for name, target in TARGETS.items()})


def record_handover(made: Package, *, workspace: str, actor: audit.Actor, request_id: str | None = None) -> None:
    """One row for each assistant, before its files leave. Raises :class:`AuditUnavailable`."""
    for part in made.parts:
        audit.record(
            action=Action.ASSISTANT_HANDED_OVER,
            actor=actor,
            workspace=workspace,
            target=audit.Target(type="assistant", id=part.source.id, label=part.source.name),
            detail={"target": made.target.name, "together_with": len(made.parts) - 1},
            request_id=request_id,
        )
