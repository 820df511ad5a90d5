"""Why an answer came from no file, where the assistant could have looked something up in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext

import assistants_client as wire
from assistants_client.types.base import ids, mapping
from assistants_ui.domain.tools import kinds_of
from assistants_ui.service import Service
from assistants_ui.service.secondary import secondary
from dashboard.bounds import STORES_ASKED


def why_no_file(service: Service, state: Mapping[str, Any]) -> str:
    """The sentence about an answer that used no file of an assistant in this state; empty where it searches none."""
    kinds = kinds_of(state.get("tools"))
    unused = gettext("No attached file was used for this answer.")
    if "retrieval" in kinds and state.get("file_ids"):
        return unused
    stores = ids(mapping(mapping(state.get("tool_resources")).get("file_search")).get("vector_store_ids"))
    if "file_search" not in kinds or not stores:
        return ""
    if len(stores) > STORES_ASKED:
        return unused
    counts = [read.file_counts if read else None for read in _read(service, stores)]
    if any(count is None or count.completed for count in counts):
        return unused
    if any(count.in_progress for count in counts if count):
        return gettext("The attached files are still being read, so none was used for this answer.")
    if not any(count.total for count in counts if count):
        return gettext("There is no file yet that this assistant can search.")
    return unused


def _read(service: Service, store_ids: Sequence[str]) -> list[wire.VectorStore | None]:
    """The stores as they are now; None for one that could not be read, or does not tell what it holds."""
    retrieve = partial(service.vector_stores.retrieve, fresh=True)
    found = [secondary(service.gateway, partial(retrieve, one), otherwise=None).value for one in store_ids]
    return [store if store and "file_counts" in store.raw else None for store in found]
