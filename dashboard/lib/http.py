"""How a view is asked: by which methods, and whether for a whole page."""

from __future__ import annotations

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

# A form is shown, and what is typed into it comes back to the same address.
require_form = require_http_methods(["GET", "HEAD", "POST"])


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx puts the answer into the page that is there, and so wants no whole one."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
