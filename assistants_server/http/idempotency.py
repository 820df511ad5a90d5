"""One request, however often it is sent: ``Idempotency-Key``."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError
from django.utils import timezone

from assistants_client import strict_json
from assistants_server.http.errors import Refusal, invalid
from assistants_server.http.routing import ApiRequest
from assistants_server.models import GivenAnswer

KEPT_FOR = timedelta(days=1)


class AlreadyClaimed(Exception):  # noqa: N818  # somebody else's success, not a fault
    """Another request with this key has been carried out; its answer is there to read."""


class Key:
    """The key of one request, and what it stands for.

    ``content`` is what the request says: the same key with other content is a mistake.
    """

    def __init__(self, call: ApiRequest, *, text: str, content: object) -> None:
        if len(text) > 255 or not text.isprintable():
            raise invalid(
                "Invalid 'Idempotency-Key': expected at most 255 printable characters.",
                param=None,
                code="invalid_value",
            )
        path = call.request.path.rstrip("/")
        said = strict_json.dumps([call.request.method, path, call.version, content])
        self.fingerprint = hashlib.sha256(said.encode()).hexdigest()
        self.owner = {
            "workspace": call.workspace,
            "holder": call.principal.key.prefix if call.principal.key else "",
            "key": text,
        }

    @classmethod
    def of(cls, call: ApiRequest, *, content: object) -> Key | None:
        """The key that came with the request, if one did; raises a 400 for what cannot be one."""
        text = call.request.headers.get("Idempotency-Key")
        return cls(call, text=text, content=content) if text else None

    def earlier_answer(self) -> GivenAnswer | None:
        """The answer already given under this key; raises a 409 if it was to another request."""
        given = GivenAnswer.objects.filter(**self.owner).first()
        if given is not None and given.created_at <= timezone.now() - KEPT_FOR:
            forget_old()
            return None
        if given is not None and given.fingerprint != self.fingerprint:
            raise Refusal(
                409,
                "This Idempotency-Key was already used for a different request. Use a new key for a new request.",
                code="idempotency_key_reused",
                headers={"x-should-retry": "false"},
            )
        return given

    def claim(self) -> GivenAnswer:
        """Take the key, within the transaction of the change and before it; the answer is written in later.

        Of several transactions with one key the first to get here wins. The others wait until it
        is through and then raise :class:`AlreadyClaimed`, after which the transaction is lost.
        """
        try:
            return GivenAnswer.objects.create(**self.owner, fingerprint=self.fingerprint)
        except IntegrityError as error:
            raise AlreadyClaimed from error


def forget_old() -> None:
    """Forget the answers that are older than a day."""
    GivenAnswer.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
