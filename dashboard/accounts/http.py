"""The request as the views of this package get it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest


class SignedInRequest(HttpRequest):
    """AccessMiddleware lets nobody else through to a view that is not public."""

    user: User
