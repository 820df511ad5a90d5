"""What holds for every answer of the site."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers


class ClientAddressMiddleware:
    """Makes ``REMOTE_ADDR`` the address of the person, not of the proxies in front of the site.

    Each of the ``TRUSTED_PROXIES`` adds one entry at the right end of ``X-Forwarded-For``;
    whatever stands further left was sent by the client and proves nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        entries = request.headers.get("X-Forwarded-For", "").split(",")
        if settings.TRUSTED_PROXIES and len(entries) >= settings.TRUSTED_PROXIES:
            address = entries[-settings.TRUSTED_PROXIES].strip()
        # A link-local address names the network card after a percent sign, which no database takes.
        address = address.partition("%")[0]
        request.META["REMOTE_ADDR"] = address if is_address(address) else ""
        return self.get_response(request)


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class FormEncodingMiddleware:
    """Reads every form as UTF-8, as each browser sends it, whatever its sender calls it.

    Python knows codecs, such as ``rot13``, that are no encodings of text; a form in one of them would be a fault.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data":
            request.encoding = "utf-8"
        return self.get_response(request)


class PrivateResponseMiddleware:
    """Keeps what a signed-in person sees out of every shared or on-disk browser cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        return response


class CompressPagesMiddleware(GZipMiddleware):
    """Compresses pages and parts of pages, and nothing else.

    Exports and event streams leave as they are written; ``/v1`` answers what its clients measured. What is secret
    in a page, its CSRF token, is masked anew for each answer, and Django pads each one by a random length (the
    remedy of "Heal the BREACH"), so that the length tells nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class MonitorMiddleware:
    """Lets a load balancer ask for the health of this process by its address, whatever the site is called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in {"/healthz", "/readyz"}:
            request.META["HTTP_HOST"] = "localhost"
        return self.get_response(request)
