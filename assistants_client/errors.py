"""What can go wrong on the wire, under the official SDK's names.

    APIError                        everything below
    ├── APIConnectionError          no complete answer came
    │   └── APITimeoutError         ... within the time the call was given
    ├── APIResponseValidationError  an answer came that cannot be one to this question
    └── APIStatusError              the server answered with something other than success
        ├── RedirectError           3xx; redirects are never followed
        ├── BadRequestError         400
        ├── AuthenticationError     401
        ├── PermissionDeniedError   403
        ├── NotFoundError           404
        ├── ConflictError           409
        ├── UnprocessableEntityError 422
        ├── RateLimitError          429
        └── InternalServerError     5xx

Every error says in `outcome` whether the server may have done what it was asked.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Whether a request that failed may have changed anything on the server."""

    NOT_SENT = "not_sent"
    """Nothing left this machine: it was certainly not done."""
    REFUSED = "refused"
    """The server answered clearly that it did not do it."""
    UNKNOWN = "unknown"
    """It was sent, and no answer tells whether it was done."""


class Reason(StrEnum):
    """What kind of failure it was, for records and tests; `message` is for people."""

    DNS = "dns"
    CONNECT = "connect"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS = "tls"
    POOL = "pool"
    REQUEST = "request"
    RESET = "reset"
    TIMEOUT = "timeout"
    DEADLINE = "deadline"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    CONTENT_TYPE = "content_type"
    JSON = "json"
    SHAPE = "shape"
    WRONG_ID = "wrong_id"
    REDIRECT = "redirect"
    STATUS = "status"


class APIError(Exception):
    """A call that did not succeed.

    `status_code` is None when no answer came; `code`, `param` and `type` are the server's own words
    about a refusal; `retry_after` is in seconds, at most 120, when the server asked for a pause.
    `message` never holds a key, a header, or a server's page.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: Reason = Reason.STATUS,
        outcome: Outcome = Outcome.UNKNOWN,
        status_code: int | None = None,
        code: str | None = None,
        param: str | None = None,
        type: str | None = None,  # noqa: A002 - the SDK's and the wire's name
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.outcome = outcome
        self.status_code = status_code
        self.code = code
        self.param = param
        self.type = type
        self.request_id = request_id
        self.retry_after = retry_after


class APIConnectionError(APIError):
    """The server could not be reached, or the connection broke before the answer was complete."""


class APITimeoutError(APIConnectionError):
    """The time for this call was over before the answer was complete."""


class APIResponseValidationError(APIError):
    """The server answered with success, but not with an answer to this question."""

    is_said: bool = False
    """Whether the answer is an error that calls itself a success; `message` is then what it says."""


class APIStatusError(APIError):
    """The server answered with a status other than success."""

    status_code: int
    should_retry: bool | None = None
    """What the server's `x-should-retry` header says about sending the request again."""


class RedirectError(APIStatusError):
    """The server sent us elsewhere (3xx). `target` is where to, when it says so; nothing was sent there.

    What may be secret in an address, its query and a name and password, is left out of `target`.
    """

    target: str | None = None


class BadRequestError(APIStatusError):
    """400: the server refused what was sent; `param` names the field when it says which."""


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong, or lacks a scope."""


class PermissionDeniedError(APIStatusError):
    """403: the key is good, this is not allowed with it."""


class NotFoundError(APIStatusError):
    """404: the object, or the whole API, does not exist at this address."""

    is_route: bool = False
    """Whether it is certain that the address itself is unknown to the server, and not one object in it."""


class ConflictError(APIStatusError):
    """409 or 412: someone else is changing, or has changed, the same object."""


class UnprocessableEntityError(APIStatusError):
    """422: the server could not use what was sent."""


class RateLimitError(APIStatusError):
    """429: too many requests, or the quota is used up (`code` is then `insufficient_quota`)."""


class InternalServerError(APIStatusError):
    """5xx: the server failed; unless it is 501, the change may have been made all the same."""


BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def class_for(status_code: int) -> type[APIStatusError]:
    if 300 <= status_code < 400 and status_code != 304:
        return RedirectError
    if status_code >= 500:
        return InternalServerError
    return BY_STATUS.get(status_code, APIStatusError)


def outcome_for(status_code: int) -> Outcome:
    """What a status says about the change: a clear 4xx (and 501) refuses it, anything else leaves it open."""
    if status_code in (408, 425):
        return Outcome.UNKNOWN
    if 400 <= status_code < 500 or status_code == 501:
        return Outcome.REFUSED
    return Outcome.UNKNOWN
