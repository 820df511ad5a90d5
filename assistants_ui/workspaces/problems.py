"""What a person reads when the server, the network or the record fails. Written once, here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy, ngettext

import assistants_client as wire
from assistants_client.probe import ProbeVerdict, verdict_on
from dashboard.audit.api import AuditUnavailable, OutcomeNotRecorded
from dashboard.lib.texts import StrOrPromise, sentences


@dataclass(frozen=True)
class Problem:
    """One problem in a person's words, and the status that the page answers with.

    ``details`` is the server's own sentence and its request id, for the support desk; it is
    always shown escaped and never longer than 300 characters.
    """

    status: int
    title: StrOrPromise
    text: StrOrPromise
    details: str = ""
    is_unknown: bool = False
    """Whether a change was sent and nobody heard how it ended."""


class StillUnknown(Exception):  # noqa: N818  (it names the state that a submission is in)
    """A change was sent, nobody heard an answer, and the server does not show it, at least not yet."""


UNKNOWN = gettext_lazy("We sent your change but heard no clear answer")
STILL_UNKNOWN = Problem(
    502,
    UNKNOWN,
    gettext_lazy(
        "We have looked, and it is not there. It may still appear; your text is safe here. Check once more, or create "
        "it again if you are sure."
    ),
    is_unknown=True,
)
SAFE = gettext_lazy("Nothing was changed.")
UNPROVEN = Problem(
    409,
    gettext_lazy("The record cannot vouch for this"),
    gettext_lazy(
        "The seal of this place in the audit log does not hold, so nothing is shown or taken from it here. "
        "Somebody who may look at the log should verify it."
    ),
)
LOCK_TIMEOUT = Problem(
    503,
    gettext_lazy("Somebody else is changing this assistant just now"),
    gettext_lazy("Nothing was changed. Your text is safe here. Save again in a moment."),
)


def explain(error: wire.APIError, *, writing: bool) -> Problem:
    """The problem behind an error of the wire client; ``writing`` when a change was asked for."""
    details = _details(error)
    if writing and error.outcome == wire.Outcome.UNKNOWN:
        text = gettext("It may or may not have been made. Check before you try again; your text is safe here.")
        return Problem(502, UNKNOWN, text, details, is_unknown=True)
    status, title, advice = _account_of(error)
    is_said = isinstance(error, wire.BadRequestError | wire.UnprocessableEntityError)
    is_gone = isinstance(error, wire.NotFoundError) and not error.is_route
    is_changed = isinstance(error, wire.ConflictError)
    text = sentences(SAFE if (writing or is_changed) and not is_gone else "", advice)
    return Problem(status, title, text[:300] if is_said else text, details)


def _account_of(error: wire.APIError) -> tuple[int, str, str]:
    """The status that a page answers with, what went wrong, and what to do about it."""
    again = gettext("Try again in a moment.")
    match error:
        case wire.APITimeoutError() | wire.APIConnectionError():
            return 503, gettext("The assistant service isn't answering"), again
        case wire.RateLimitError():
            return 503, gettext("The assistant service asks us to slow down"), _when(error)
        case wire.InternalServerError() if error.status_code != 501:
            return 502, gettext("The assistant service has a problem of its own"), again
        case wire.NotFoundError() if not error.is_route:
            text = gettext("It may have been deleted, or the workspace may point at another server.")
            return 404, gettext("This no longer exists on the assistant service"), text
        case wire.ConflictError():
            text = gettext("Look at it and try again.")
            return 409, gettext("It was changed by someone else at the same moment"), text
        case wire.BadRequestError() | wire.UnprocessableEntityError():
            text = gettext("It said: %(message)s") % {"message": error.message}
            return 422, gettext("The assistant service refused this"), text
        case wire.APIResponseValidationError() if error.is_said:
            text = gettext("It said: %(message)s") % {"message": error.message}
            return 502, gettext("The assistant service refused this"), text
        case _:
            return _setup_of(error)


def _setup_of(error: wire.APIError) -> tuple[int, str, str]:
    """The same of what lies in the workspace's settings: its key, its address, or what stands there."""
    match error:
        case wire.AuthenticationError():
            text = gettext("An administrator must give the workspace a valid key.")
            return 502, gettext("The assistant service refused this workspace's key"), text
        case wire.PermissionDeniedError():
            text = gettext("An administrator can tell which key this workspace uses.")
            return 502, gettext("The assistant service does not allow this for the workspace's key"), text
        case wire.APIStatusError(status_code=404 | 405 | 501):
            text = gettext("Other parts of it may work. An administrator can check the workspace.")
            return 502, gettext("The assistant service does not offer this"), text
        case wire.RedirectError():
            text = gettext("An operator can give the workspace the right address.")
            return 502, gettext("The assistant service is at another address"), sentences(error.message, text)
        case _:
            text = gettext("We stopped there. The workspace may point at the wrong address.")
            return 502, gettext("The assistant service sent an answer we can't read safely"), text


def _when(error: wire.RateLimitError) -> str:
    if not error.retry_after:
        return gettext("Try again in a minute.")
    seconds = max(1, round(error.retry_after))
    text = ngettext("Try again in %(seconds)d second.", "Try again in %(seconds)d seconds.", seconds)
    return text % {"seconds": seconds}


def why_unread(error: wire.APIError) -> str:
    """Why a part of a page cannot be read, as the end of a sentence that names the part.

    It judges as ``check_workspace`` does: a route that is missing or refused says nothing about any object.
    """
    match verdict_on(error):
        case ProbeVerdict.UNREACHABLE:
            return gettext("the assistant service did not answer")
        case ProbeVerdict.DENIED:
            reason = gettext("this workspace's key may not read them")
        case ProbeVerdict.MISSING:
            reason = gettext("the assistant service does not offer them")
        case _ if isinstance(error, wire.InternalServerError):
            reason = gettext("the assistant service has a problem of its own")
        case _ if isinstance(error, wire.RateLimitError):
            reason = gettext("the assistant service asks us to slow down")
        case _ if isinstance(error, wire.RedirectError) and error.target:
            return gettext("the assistant service sends us to another address, %(address)s") % {"address": error.target}
        case _ if isinstance(error, wire.APIResponseValidationError) and error.is_said:
            return gettext("the assistant service said: %(message)s") % {"message": error.message.rstrip(".")}
        case _:
            return gettext("the assistant service sent an answer that we can't read")
    return f"{reason} ({error.status_code})" if error.status_code else reason


def explain_record(error: AuditUnavailable | OutcomeNotRecorded) -> Problem:
    """The problem of a record that cannot be written."""
    if isinstance(error, OutcomeNotRecorded):
        return Problem(
            502,
            gettext("The change was made, but its record is incomplete"),
            gettext(
                "The audit log shows it as unknown until it is settled. An administrator should look at the database."
            ),
        )
    return Problem(
        503,
        gettext("Changes are paused because the activity record can't be written"),
        gettext("Nothing was changed. Reading still works. An administrator should look at the database."),
    )


def _details(error: wire.APIError) -> str:
    parts = [str(error.status_code) if error.status_code else "", error.message]
    if error.request_id:
        parts.append(gettext("Request %(id)s") % {"id": error.request_id})
    return " · ".join(part for part in parts if part)[:300]
