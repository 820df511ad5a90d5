"""The head of a request, read in one way or refused (RFC 9112).

Where two readers of one head may disagree about its body, one of them waits for bytes that never
come, or takes the body of one request for the next request. So nothing is guessed here: a head that
does not say exactly where its body ends is refused, and the connection with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from dashboard.bounds import HEAD_BYTES

MAX_REQUEST_LINE = 8190
MAX_FIELDS = 100
MAX_FIELD = 8190
# More than any disk holds, and few enough digits for every reader.
MAX_LENGTH_DIGITS = 15

BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/(\d)\.(\d)")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])?(?::\d{0,5})?")


class HeadRefused(Exception):  # noqa: N818  (it names what happened)
    """A head that is not answered by the site. ``status`` is what its sender gets."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True)
class RequestHead:
    """What the head says about the body: its length in bytes, or that it comes in chunks of any number.

    ``forwarded_for`` is what proxies, and whoever else, say about the sender's address.
    """

    length: int
    is_chunked: bool
    expects_continue: bool
    forwarded_for: str = ""


def head_of(arrived: bytearray) -> bytes | None:
    """The request line and the headers with the empty line after them; None as long as they are not all there."""
    # One empty line may precede them (RFC 9112, section 2.2).
    end = arrived.find(b"\r\n\r\n", 2 if arrived.startswith(b"\r\n") else 0)
    return None if end < 0 else bytes(arrived[: end + 4])


def check_unfinished(arrived: bytearray) -> None:
    """Raise :class:`HeadRefused` as soon as what has arrived cannot become a head any more."""
    if len(arrived) > HEAD_BYTES:
        raise HeadRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    if BARE_LINE_FEED.search(arrived):
        raise HeadRefused(HTTPStatus.BAD_REQUEST)


def read_head(head: bytes) -> RequestHead:
    """Read a whole head, with the empty line that ends it; raises :class:`HeadRefused`."""
    line, *lines = head.removeprefix(b"\r\n").removesuffix(b"\r\n\r\n").split(b"\r\n")
    version = read_request_line(line)
    if len(lines) > MAX_FIELDS:
        raise HeadRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    fields: dict[bytes, list[bytes]] = {}
    for field in lines:
        name, value = read_field(field)
        fields.setdefault(name, []).append(value)
    check_host(fields.get(b"host", []), version=version)
    expectations = {value.lower() for value in fields.get(b"expect", [])}
    if expectations - {b"100-continue"}:
        raise HeadRefused(HTTPStatus.EXPECTATION_FAILED)
    is_chunked = read_codings(fields.get(b"transfer-encoding", []), version=version)
    lengths = fields.get(b"content-length", [])
    if is_chunked and lengths:
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    # Who speaks HTTP/1.0 does not know the interim answer.
    expects_continue = bool(expectations) and version >= (1, 1)
    forwarded = b",".join(fields.get(b"x-forwarded-for", [])).decode("latin-1")
    return RequestHead(
        length=read_length(lengths), is_chunked=is_chunked, expects_continue=expects_continue, forwarded_for=forwarded
    )


def read_request_line(line: bytes) -> tuple[int, int]:
    """The version of HTTP that is spoken."""
    if len(line) > MAX_REQUEST_LINE:
        raise HeadRefused(HTTPStatus.REQUEST_URI_TOO_LONG)
    found = REQUEST_LINE.fullmatch(line)
    if found is None:
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    version = int(found[3]), int(found[4])
    if version not in {(1, 0), (1, 1)}:
        raise HeadRefused(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
    return version


def read_field(line: bytes) -> tuple[bytes, bytes]:
    """The name in small letters, and the value; a line that continues the one before it is refused."""
    if len(line) > MAX_FIELD:
        raise HeadRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    found = FIELD.fullmatch(line)
    if found is None:
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    return found[1].lower(), found[2].rstrip(b" \t")


def check_host(hosts: list[bytes], *, version: tuple[int, int]) -> None:
    """HTTP/1.1 must say which host it wants, once; HTTP/1.0 may."""
    if len(hosts) > 1 or (version >= (1, 1) and not hosts) or any(HOST.fullmatch(host) is None for host in hosts):
        raise HeadRefused(HTTPStatus.BAD_REQUEST)


def read_codings(values: list[bytes], *, version: tuple[int, int]) -> bool:
    """Whether the body comes in chunks, the only coding that is understood."""
    if not values:
        return False
    codings = [coding.strip(b" \t").lower() for value in values for coding in value.split(b",")]
    if version < (1, 1) or codings[-1] != b"chunked" or codings.count(b"chunked") > 1:
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    if len(codings) > 1:
        raise HeadRefused(HTTPStatus.NOT_IMPLEMENTED)
    return True


def read_length(values: list[bytes]) -> int:
    """How long the body is; a length that is said twice is refused, even if it is the same."""
    if not values:
        return 0
    # bytes.isdigit() knows no other digits than these ten.
    if len(values) > 1 or not values[0].isdigit():
        raise HeadRefused(HTTPStatus.BAD_REQUEST)
    digits = values[0].lstrip(b"0")
    if len(digits) > MAX_LENGTH_DIGITS:
        raise HeadRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(digits or b"0")
