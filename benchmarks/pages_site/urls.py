"""The site's addresses, with an empty page and Django's own list of the same rows beside them."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path

from assistants_ui.models import CatalogEntry
from dashboard.access import Right, requires


@admin.register(CatalogEntry)
class Entries(admin.ModelAdmin):  # type: ignore[type-arg]  # Django has no generic one
    list_display = ("name", "model", "files", "changed_by_name", "changed_at")
    list_per_page = 100


@requires(Right.READ)
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


peers = admin.site.urls
for resolver in peers[0]:
    for pattern in getattr(resolver, "url_patterns", [resolver]):
        requires(Right.READ)(getattr(pattern.callback, "__func__", pattern.callback))

urlpatterns: list[URLPattern | URLResolver] = [
    path("w/<workspace>/empty/", empty),
    path("admin/", peers),
    path("", include("dashboard.urls")),
]
