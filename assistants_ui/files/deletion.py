"""Deleting several files: each by itself, so that one that fails leaves the truth about the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import assistants_client as wire
from assistants_ui.service import Service
from assistants_ui.service.pages import delete_unless_gone
from assistants_ui.workspaces import problems
from dashboard.lib.texts import sentences


@dataclass(frozen=True)
class Deletion:
    """Which files are gone, and which are not certain to be, each with what happened in words."""

    deleted: list[wire.File] = field(default_factory=list)
    kept: list[tuple[wire.File, str]] = field(default_factory=list)


def delete_each(service: Service, files: Iterable[wire.File]) -> Deletion:
    """Delete every file that the server lets go of. One that was gone already counts as deleted."""
    done = Deletion()
    for file in files:
        try:
            delete_unless_gone(partial(service.files.delete, file), partial(service.files.is_gone, file.id))
        except wire.APIError as error:
            problem = problems.explain(error, writing=True)
            done.kept.append((file, sentences(f"{problem.title}.", problem.text)))
        else:
            done.deleted.append(file)
    return done
