"""Asking a vector store a question, as an assistant would, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.service import Service
from assistants_ui.workspaces import problems


@dataclass(frozen=True)
class SearchResults:
    """The passages, best first; or the problem, where the server cannot search or did not answer."""

    results: list[wire.SearchResult] = field(default_factory=list)
    problem: problems.Problem | None = None


def passages(service: Service, store_id: str, question: str) -> SearchResults:
    """What the store finds. A server without search is a problem to tell, not a page that fails."""
    try:
        return SearchResults(service.vector_stores.search(store_id, question).data)
    except wire.NotFoundError:
        return SearchResults(
            problem=problems.Problem(
                404, gettext("This server cannot search by itself"), gettext("Its assistants still can.")
            )
        )
    except wire.APIError as error:
        return SearchResults(problem=problems.explain(error, writing=False))
