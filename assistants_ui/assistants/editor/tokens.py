"""The small signed text that every form about an assistant carries: what was opened, by whom, when."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing

from assistants_ui.assistants.editor import snapshots

SALT = "assistants_ui.editing.opened"


@dataclass(frozen=True, kw_only=True)
class FormToken:
    """One opening of a form. ``base`` is the digest of what it showed, empty when it showed nothing.

    ``op`` is born with the form: whatever is sent twice from it is the same job.
    """

    workspace: str
    user: int
    assistant: str = ""
    base: str = ""
    op: str = field(default_factory=lambda: secrets.token_hex(16))
    at: int = field(default_factory=lambda: int(time.time()))

    @classmethod
    def read(cls, text: str) -> FormToken | None:
        """The opening that this token tells of; None for anything that we did not sign."""
        try:
            return cls(**signing.loads(text, salt=SALT))
        except (signing.BadSignature, TypeError):
            return None

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    def base_value(self) -> dict[str, Any] | None:
        """What the form showed; None when that was too long ago to be known."""
        if not self.base:
            return {}
        found: dict[str, Any] | None = snapshots.find(self.workspace, self.base)
        return found
