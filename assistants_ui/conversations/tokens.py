"""The signed text by which a page goes on with an answer: nothing of it is kept here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core import signing

from assistants_ui.domain.canonical import sent_digest
from assistants_ui.models import BorrowedThread

SALT = "assistants_ui.conversations.asked"
DIGEST_LETTERS = 16


@dataclass(frozen=True, kw_only=True)
class AskToken:
    """One question on its way: whose it is, and the thread and run on which it is answered.

    ``spent`` are the seconds that earlier parts of the answer took, ``at`` when this part began. ``wanted`` holds a
    digest of each field that the run was given in place of the saved one.
    """

    workspace: str
    user: int
    assistant: str
    key: str
    thread: str
    run: str = ""
    spent: float = 0.0
    at: float = field(default_factory=time.time)
    wanted: Mapping[str, str] = field(default_factory=dict)
    inexpressible: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, *, workspace: str, user: int, assistant: str) -> AskToken | None:
        """The token, if it was given to this person for this assistant; None for anything else."""
        try:
            token = cls(**signing.loads(text, salt=SALT))
        except (signing.BadSignature, TypeError):
            return None
        mine = (workspace, user, assistant)
        token = replace(token, inexpressible=tuple(token.inexpressible))
        return token if (token.workspace, token.user, token.assistant) == mine else None

    @classmethod
    def of(
        cls,
        row: BorrowedThread,
        *,
        user: int,
        assistant: str,
        overrides: Mapping[str, Any],
        inexpressible: tuple[str, ...],
    ) -> AskToken:
        return cls(
            workspace=row.workspace,
            user=user,
            assistant=assistant,
            key=row.key,
            thread=row.thread_id,
            wanted={name: digest(name, value) for name, value in overrides.items()},
            inexpressible=inexpressible,
        )

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @property
    def seconds(self) -> float:
        """How long the answer has taken until now, without the time that it waited for a person."""
        return self.spent + max(0.0, time.time() - self.at)

    def paused(self) -> AskToken:
        """The token of an answer that waits for a person."""
        return replace(self, spent=self.seconds)

    def resumed(self) -> AskToken:
        return replace(self, at=time.time())


def digest(name: str, value: Any) -> str:
    return sent_digest({name: value})[:DIGEST_LETTERS]
