"""What a run did: `/threads/{thread_id}/runs/{run_id}/steps`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack

from .... import readers
from ....call import Call, Omit, RequestOptions, listing, omit, path, reading
from ....types import CursorPage, RunStep


def retrieve(
    step_id: str,
    *,
    thread_id: str,
    run_id: str,
    include: Sequence[str] | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[RunStep]:
    reader = readers.one(RunStep, "thread.run.step", asked=step_id)
    where = path("threads", thread_id, "runs", run_id, "steps", step_id)
    return reading(where, reader, query={"include[]": include}, options=options)


def list(  # noqa: A001 - the SDK's verb
    run_id: str,
    *,
    thread_id: str,
    include: Sequence[str] | Omit = omit,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[RunStep]]:
    """`include` may hold `step_details.tool_calls[*].file_search.results[*].content`: the passages found."""
    query = {"limit": limit, "order": order, "after": after, "before": before, "include[]": include}
    where = path("threads", thread_id, "runs", run_id, "steps")
    return listing(where, readers.page(RunStep), query=query, options=options)
