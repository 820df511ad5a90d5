"""The pages about API keys, under Team and for administrators."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from assistants_server.keys import operations as keys
from assistants_server.models import APIKey
from dashboard.access import Right, requires
from dashboard.audit import api as audit
from dashboard.lib.http import require_form

FULL, READ_ONLY = "full", "read_only"


class KeyForm(forms.Form):
    """What a key is for and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("The program that will hold it, so that you know later which one to revoke."),
    )
    workspace = forms.ChoiceField(label=gettext_lazy("Workspace"), choices=[])
    rights = forms.ChoiceField(
        label=gettext_lazy("Rights"),
        choices=[(FULL, gettext_lazy("Read and change")), (READ_ONLY, gettext_lazy("Only read"))],
        widget=forms.RadioSelect,
        initial=FULL,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        names = keys.embedded_workspaces()
        field = self.fields["workspace"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [(name, settings.WORKSPACES[name].label) for name in names]


@require_safe
@requires(Right.ADMINISTER)
def index(request: HttpRequest) -> HttpResponse:
    """Every key there is or was, the newest first."""
    context = {"keys": APIKey.objects.all(), "can_make": bool(keys.embedded_workspaces())}
    return render(request, "team/keys.html", context)


@require_form
@requires(Right.ADMINISTER)
def create(request: HttpRequest) -> HttpResponse:
    """Make a key; the answer shows it, once."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key, text = keys.create(
            actor=audit.actor_of(request),
            name=form.cleaned_data["name"],
            workspace=form.cleaned_data["workspace"],
            read_only=form.cleaned_data["rights"] == READ_ONLY,
        )
        context = {"key": key, "text": text, "base_url": f"{settings.SITE_URL}/v1"}
        return render(request, "team/key_made.html", context)
    return render(request, "team/key_create.html", {"form": form}, status=422 if form.errors else 200)


@require_form
@requires(Right.ADMINISTER)
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Ask, naming the key, and then close it for good."""
    key = get_object_or_404(APIKey, pk=key_id, revoked_at=None)
    if request.method == "POST":
        keys.revoke(actor=audit.actor_of(request), key=key)
        messages.success(request, gettext("The key “%(name)s” is revoked.") % {"name": key.name})
        return redirect("team-keys")
    return render(request, "team/key_revoke.html", {"key": key})
