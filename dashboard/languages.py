"""In which language somebody reads the site.

What the person chose for their account wins, then what their browser asks for, then English. Programs
(``/v1``, probes), exports, the logs and the audit log's rows speak English, whoever reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

# Where the session keeps what its person chose.
IN_SESSION = "preferences"
FOR_PROGRAMS = ("/v1", "/openai", "/healthz", "/readyz")
FOR_PEOPLE = ("text/html", "text/event-stream")


class LanguageMiddleware:
    """Renders pages, and the parts and streams of pages, in their reader's language.

    A call to the embedded server within a page is a request of its own: it speaks English, and the page goes on in
    its reader's language afterwards.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(FOR_PROGRAMS):
            with translation.override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        with translation.override(of_browser(request)):
            response = self.get_response(request)
            language = translation.get_language() or settings.LANGUAGE_CODE
        if response.headers.get("Content-Type", "").startswith(FOR_PEOPLE):
            name_language(response, language)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any) -> None:
        # A public page, such as the one to sign in, is answered without the session's database.
        if getattr(view, "login_required", True):
            activate_chosen(request)


def of_browser(request: HttpRequest) -> str:
    """The first language that the browser asks for and the site speaks; English where there is none."""
    for name, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if name == "*":
            break
        try:
            return get_supported_language_variant(name)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def activate_chosen(request: HttpRequest) -> None:
    """Go on in the language that the person signed in has chosen, if any, to the end of this request."""
    kept = request.session.get(IN_SESSION) if hasattr(request, "session") else None
    chosen = kept.get("language") if isinstance(kept, dict) else None
    if chosen in dict(settings.LANGUAGES):
        translation.activate(chosen)


def name_language(response: HttpResponseBase, language: str) -> None:
    patch_vary_headers(response, ["Accept-Language"])
    response.headers.setdefault("Content-Language", language)
    if isinstance(response, StreamingHttpResponse):
        # What is sent later is rendered later, when the thread speaks its own language again.
        response.streaming_content = in_language(iter(response), language)


def in_language(pieces: Iterator[bytes], language: str) -> Iterator[bytes]:
    """The same pieces, each made while ``language`` is active."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
