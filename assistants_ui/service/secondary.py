"""Reads that a page is better with and stands without: names of files, who uses what, what is in a store.

Whatever becomes of such a read, the page is shown with what is known and says what could not be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import assistants_client as wire
from assistants_ui.service.gateway import Gateway
from assistants_ui.workspaces.problems import why_unread

T = TypeVar("T")

# Nobody waits longer than this for what is only decoration.
PATIENCE_SECONDS = 8.0


@dataclass(frozen=True)
class Secondary(Generic[T]):
    """What was read; or what stands in for it, and the ``problem`` that a person reads after "cannot be read:"."""

    value: T
    problem: str = ""


def secondary(gateway: Gateway, ask: Callable[[], T], *, otherwise: T) -> Secondary[T]:
    """What ``ask`` gives, or ``otherwise`` with the reason; never raises the wire client's errors.

    Once the server did not answer one such read, the others of this request are not tried: each would wait
    as long, and together they would have the circuit breaker shut out the whole workspace.
    """
    if gateway.did_not_answer is not None:
        return Secondary(otherwise, why_unread(gateway.did_not_answer))
    try:
        with gateway.patience(PATIENCE_SECONDS):
            return Secondary(ask())
    except wire.APIConnectionError as error:
        gateway.did_not_answer = error
        return Secondary(otherwise, why_unread(error))
    except wire.APIError as error:
        return Secondary(otherwise, why_unread(error))
