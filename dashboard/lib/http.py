"""How a view is asked: by which methods, and whether for a whole page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods


class ApiHttpRequest(HttpRequest):
    """A request of a program, with what the site's own handlers of faults and of log lines ask it for."""

    api_fault: Callable[[], HttpResponseBase]
    """Makes the answer to an unforeseen fault, in place of a page."""
    is_expected_refusal: bool
    """Whether an answer of 500 or more is meant, and so no error of the site."""


# A form is shown, and what is typed into it comes back to the same address.
require_form = require_http_methods(["GET", "HEAD", "POST"])


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx puts the answer into the page that is there, and so wants no whole one."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
