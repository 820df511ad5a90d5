"""Signing in at an identity provider: OpenID Connect, authorization code flow with PKCE.

``provider`` speaks to it, ``tokens`` decides what to believe, ``people`` finds or makes the
account. The views are in :mod:`dashboard.accounts.views.single_sign_on`.
"""

from __future__ import annotations


class SignOnError(Exception):
    """The sign-on is refused. ``reason`` is one word for the record; people read a general text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
