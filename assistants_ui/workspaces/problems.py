"""What a person reads when the server, the network or the record fails. Written once, here."""

from __future__ import annotations

from dataclasses import dataclass

import assistants_client as wire
from assistants_client.probe import ProbeVerdict, verdict_on
from dashboard.audit.api import AuditUnavailable, OutcomeNotRecorded
from dashboard.lib.counting import counted


@dataclass(frozen=True)
class Problem:
    """One problem in a person's words, and the status that the page answers with.

    ``details`` is the server's own sentence and its request id, for the support desk; it is
    always shown escaped and never longer than 300 characters.
    """

    status: int
    title: str
    text: str
    details: str = ""
    is_unknown: bool = False
    """Whether a change was sent and nobody heard how it ended."""


class StillUnknown(Exception):  # noqa: N818  (it names the state that a submission is in)
    """A change was sent, nobody heard an answer, and the server does not show it, at least not yet."""


UNKNOWN = "We sent your change but heard no clear answer"
STILL_UNKNOWN = Problem(
    502,
    UNKNOWN,
    "We have looked, and it is not there. It may still appear; your text is safe here. Check once more, or create it "
    "again if you are sure.",
    is_unknown=True,
)
SAFE = "Nothing was changed."
UNPROVEN = Problem(
    409,
    "The record does not vouch for this",
    "The seal of this place in the audit log does not hold, so nothing is shown or taken from it here. "
    "Somebody who may look at the log should verify it.",
)
LOCK_TIMEOUT = Problem(
    503, "Somebody else is changing this assistant just now", f"{SAFE} Your text is safe here. Save again in a moment."
)


def explain(error: wire.APIError, *, writing: bool) -> Problem:
    """The problem behind an error of the wire client; ``writing`` when a change was asked for."""
    unchanged = SAFE if writing else ""
    details = _details(error)
    if writing and error.outcome == wire.Outcome.UNKNOWN:
        return Problem(
            502,
            UNKNOWN,
            "It may or may not have been made. Look whether it was before you try again: your text is safe here.",
            details,
            is_unknown=True,
        )
    match error:
        case wire.APITimeoutError() | wire.APIConnectionError():
            return Problem(
                503, "The assistant service isn't answering", f"{unchanged} Try again in a moment.".strip(), details
            )
        case wire.AuthenticationError():
            return Problem(
                502,
                "The assistant service refused this workspace's key",
                f"{unchanged} An administrator must give the workspace a valid key.".strip(),
                details,
            )
        case wire.PermissionDeniedError():
            return Problem(
                502,
                "The assistant service does not allow this for the workspace's key",
                f"{unchanged} An administrator can tell which key this workspace uses.".strip(),
                details,
            )
        case wire.NotFoundError() if not error.is_route:
            return Problem(
                404,
                "This no longer exists on the assistant service",
                "It may have been deleted, or the workspace may point at another server.",
                details,
            )
        case wire.APIStatusError(status_code=404 | 405 | 501):
            return Problem(
                502,
                "The assistant service does not offer this",
                f"{unchanged} Other parts of it may work. An administrator can check the workspace.".strip(),
                details,
            )
        case wire.ConflictError():
            return Problem(
                409, "It was changed by someone else at the same moment", f"{SAFE} Look at it and try again.", details
            )
        case wire.RateLimitError():
            wait = f"in {counted(max(1, round(error.retry_after)), 'second')}" if error.retry_after else "in a minute"
            return Problem(
                503, "The assistant service asks us to slow down", f"{unchanged} Try again {wait}.".strip(), details
            )
        case wire.BadRequestError() | wire.UnprocessableEntityError():
            text = f"{unchanged} It said: {error.message}".strip()
            return Problem(422, "The assistant service refused this", text[:300], details)
        case wire.InternalServerError():
            return Problem(
                502,
                "The assistant service has a problem of its own",
                f"{unchanged} Try again in a moment.".strip(),
                details,
            )
        case wire.RedirectError():
            return Problem(
                502,
                "The assistant service is at another address",
                f"{unchanged} {error.message} An operator can give the workspace the right address.".strip(),
                details,
            )
        case wire.APIResponseValidationError() if error.message.startswith("The server sent an error: "):
            return Problem(502, "The assistant service refused this", f"{unchanged} {error.message}".strip(), details)
        case _:
            return Problem(
                502,
                "The assistant service sent an answer we can't read safely",
                f"{unchanged} We stopped there. The workspace may point at the wrong address.".strip(),
                details,
            )


def why_unread(error: wire.APIError) -> str:
    """Why a part of a page cannot be read, as the end of a sentence that names the part.

    It judges as ``check_workspace`` does: a route that is missing or refused says nothing about any object.
    """
    status = f" ({error.status_code})" if error.status_code else ""
    match verdict_on(error):
        case ProbeVerdict.UNREACHABLE:
            return "the assistant service did not answer"
        case ProbeVerdict.DENIED:
            return f"this workspace's key may not read them{status}"
        case ProbeVerdict.MISSING:
            return f"the assistant service does not offer them{status}"
        case _ if isinstance(error, wire.InternalServerError):
            return f"the assistant service has a problem of its own{status}"
        case _ if isinstance(error, wire.RateLimitError):
            return f"the assistant service asks us to slow down{status}"
        case _:
            return "the assistant service sent an answer that we can't read"


def explain_record(error: AuditUnavailable | OutcomeNotRecorded) -> Problem:
    """The problem of a record that cannot be written."""
    if isinstance(error, OutcomeNotRecorded):
        return Problem(
            502,
            "The change was made, but its record is incomplete",
            "The audit log shows it as unknown until it is settled. An administrator should look at the database.",
        )
    return Problem(
        503,
        "Changes are paused because the activity record can't be written",
        f"{SAFE} Reading still works. An administrator should look at the database.",
    )


def _details(error: wire.APIError) -> str:
    parts = [str(error.status_code) if error.status_code else "", error.message]
    if error.request_id:
        parts.append(f"Request {error.request_id}")
    return " · ".join(part for part in parts if part)[:300]
