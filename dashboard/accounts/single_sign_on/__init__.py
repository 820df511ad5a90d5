"""Signing in at an identity provider: OpenID Connect, authorization code flow with PKCE.

``provider`` speaks to it, ``tokens`` decides what to believe, ``people`` finds or makes the
account. The views are in :mod:`dashboard.accounts.views.single_sign_on`.
"""

from __future__ import annotations


class SignOnError(Exception):
    """The sign-on is refused. ``reason`` is one word for the record, and ``explanation`` what else an administrator
    needs to put it right; people who sign in read a general text.
    """

    def __init__(self, reason: str, explanation: str = "") -> None:
        super().__init__(f"{reason} ({explanation})" if explanation else reason)
        self.reason, self.explanation = reason, explanation

    @property
    def detail(self) -> dict[str, str]:
        """What the record keeps."""
        return {"reason": self.reason} | ({"explanation": self.explanation} if self.explanation else {})
