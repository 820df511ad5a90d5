"""How an event looks in the log."""

from __future__ import annotations

import copy
import json
import logging
import re
from datetime import UTC, datetime

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from dashboard.lib.request_ids import request_id

# A line break, or what a terminal would take for a command.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

REFUSALS = (SuspiciousOperation, BadRequest, MultiPartParserError)


class LineFormatter(logging.Formatter):
    """One line for each event, with the id of its request; only a fault of the code has its traceback below.

    A database that does not answer is no fault of the code, and a hundred lines for each request
    that met it would hide the one that says so. Neither is a request that is refused before it is read.
    """

    def format(self, record: logging.LogRecord) -> str:
        return super().format(without_traceback(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the library's name)
        line = CONTROL.sub(lambda found: ascii(found[0])[1:-1], super().formatMessage(record))
        request = getattr(record, "request", None)
        return f"{line} [request {request_id(request)}]" if isinstance(request, HttpRequest) else line


class ExpectedRefusals(logging.Filter):
    """Notes an answer that refuses on purpose as information, whatever its status.

    Django reports each 5xx as an error; a 501 for what this server does not offer is none.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(getattr(record, "request", None), "is_expected_refusal", False):
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


class JSONFormatter(logging.Formatter):
    """An event as one JSON object on a line; a traceback, where there is one, is a text in it."""

    def format(self, record: logging.LogRecord) -> str:
        record = without_traceback(record)
        request = getattr(record, "request", None)
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if isinstance(request, HttpRequest):
            event["request"] = request_id(request)
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event)


def without_traceback(record: logging.LogRecord) -> logging.LogRecord:
    """The same event without its traceback, where that would tell nothing of a mistake in the code."""
    outage = outage_in(record)
    if outage is None and not is_refusal(record):
        return record
    record = copy.copy(record)
    if outage is not None:
        record.msg, record.args = f"{record.getMessage()}: {first_line(outage)}", None
    record.exc_info, record.exc_text = None, None
    return record


def outage_in(record: logging.LogRecord) -> Exception | None:
    """The failure of the database that is behind an event, if one is."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__cause__
    return error


def is_refusal(record: logging.LogRecord) -> bool:
    """Whether an event is a request that was refused, by an error whose words are the event's own."""
    return record.exc_info is not None and isinstance(record.exc_info[1], REFUSALS)


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
