"""What somebody sent to be imported, kept between its preview and the word to go on."""

from __future__ import annotations

import json
import secrets
import zlib
from base64 import b85decode, b85encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from django.core.cache import cache
from django.utils.translation import gettext, gettext_lazy

from assistants_server.importer.apply import Plan, plan
from assistants_server.importer.convert import ImportItem, convert
from assistants_server.importer.parse import ParsedFile, UnreadableFileError, decoded, read_text
from assistants_server.models.imports import PASTED
from dashboard.lib.texts import StrOrPromise, sentences

KEPT_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """Texts with the names of their files, of which what was pasted has none, and who sent them where to."""

    workspace: str
    user_id: int
    texts: tuple[tuple[str, str], ...]

    @property
    def source(self) -> str:
        """Where it came from, as rows keep it: in English."""
        return ", ".join(name or PASTED for name, _ in self.texts)[:200]

    def keep(self) -> str:
        """Keep it for an hour; gives the token under which :func:`kept` has it."""
        token = secrets.token_urlsafe(24)
        content = json.dumps([self.workspace, self.user_id, self.texts])
        # As text, because a cache that several processes share holds nothing but JSON.
        cache.set(_key(token), b85encode(zlib.compress(content.encode())).decode(), KEPT_SECONDS)
        return token

    def planned(
        self, *, default_model: str, replace: bool, only_sound: bool, new_ids: bool
    ) -> tuple[Plan | None, list[StrOrPromise], str]:
        """What an import would do and what is odd about the texts; or no plan, and why it cannot be read."""
        try:
            items, notes = self.read(default_model=default_model)
        except UnreadableFileError as error:
            return None, [], str(error)
        made = plan(self.workspace, items, replace=replace, only_sound=only_sound, new_ids=new_ids)
        return made, notes, ""

    def read(self, *, default_model: str) -> tuple[list[ImportItem], list[StrOrPromise]]:
        """The objects in the texts and what is odd about those; raises :class:`UnreadableFileError`."""
        dumps: list[ParsedFile] = [read_text(text, name=name or gettext_lazy(PASTED)) for name, text in self.texts]
        notes = [note for dump in dumps for note in dump.notes]
        items = [convert(found, default_model=default_model) for dump in dumps for found in dump.objects]
        if not items:
            raise UnreadableFileError(sentences(gettext("There are no assistants in it."), *notes))
        return items, notes


def texts_of(files: Sequence[IO[bytes]]) -> tuple[list[tuple[str, str]], str]:
    """The named texts of uploaded files, and why one of them is none."""
    try:
        return [(str(file.name), decoded(file.read(), name=str(file.name))) for file in files], ""
    except UnreadableFileError as error:
        return [], str(error)


def kept(token: str, *, workspace: str, user_id: int) -> Uploaded | None:
    """What that person sent to that workspace within the last hour; None when it is not there any more."""
    packed = cache.get(_key(token))
    if packed is None:
        return None
    of_workspace, of_user, texts = json.loads(zlib.decompress(b85decode(packed)))
    if (of_workspace, of_user) != (workspace, user_id):
        return None
    return Uploaded(workspace=workspace, user_id=user_id, texts=tuple((name, text) for name, text in texts))


def forget(token: str) -> None:
    cache.delete(_key(token))


def _key(token: str) -> str:
    return f"importer.uploaded:{token[:64]}"
