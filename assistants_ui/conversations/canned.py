"""What functions answer while somebody tries an assistant, kept beside the function where somebody wants that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistants_ui.models import CannedAnswer

MOST_CHARACTERS = 100_000


def answers_of(workspace: str, assistant_id: str) -> dict[str, str]:
    """The kept answer of each function by its name."""
    found = CannedAnswer.objects.filter(workspace=workspace, assistant_id=assistant_id)
    return dict(found.values_list("function", "output"))


def keep(workspace: str, assistant_id: str, outputs: Mapping[str, str]) -> None:
    """Keep these answers by the names of their functions, in place of earlier ones."""
    for function, output in outputs.items():
        CannedAnswer.objects.update_or_create(
            workspace=workspace, assistant_id=assistant_id, function=function[:256], defaults={"output": output}
        )


def forget(workspace: str, assistant_id: str, functions: Iterable[str]) -> None:
    CannedAnswer.objects.filter(workspace=workspace, assistant_id=assistant_id, function__in=list(functions)).delete()
