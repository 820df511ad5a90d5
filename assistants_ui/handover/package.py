"""One hand-over of one or several assistants, as files: the same bytes on the page, in the zip and from the command."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext

from assistants_ui.handover.findings import TextFinding, findings_in
from assistants_ui.handover.losses import Loss
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.report import report_of_several
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Content, Files, HandoverTarget
from assistants_ui.handover.texts import slug_of, unique
from dashboard.lib.stored_texts import english

# The first moment that a zip can hold, so that equal contents are equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
PIECE = 1 << 20


@dataclass(frozen=True)
class PackagePart:
    """One assistant of a hand-over. ``folder`` is empty when it is the only one."""

    source: Source
    folder: str
    losses: Sequence[Loss]
    findings: Sequence[TextFinding]


@dataclass(frozen=True)
class Package:
    """What is handed over. ``files`` are by path, in order; ``collisions`` tell of equal names, one sentence each."""

    target: HandoverTarget
    parts: Sequence[PackagePart]
    files: Files
    collisions: Sequence[str]

    @property
    def name(self) -> str:
        """A name for the zip, without its ending."""
        whose = slug_of(self.parts[0].source) if len(self.parts) == 1 else f"{len(self.parts)}-assistants"
        return f"{whose}-{self.target.name}"

    def write(self, folder: Path) -> None:
        """Write every file below ``folder``. Raises ``OSError``; whether something is there is the caller's to ask."""
        for path, content in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                _copy(content, file)

    def zip_into(self, file: IO[bytes]) -> None:
        """The same files as a zip; equal packages give equal bytes."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self.files.items():
                entry = zipfile.ZipInfo(path, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                with archive.open(entry, "w", force_zip64=isinstance(content, Path)) as into:
                    _copy(content, into)


def package(target: HandoverTarget, assistants: Sequence[Mapping[str, Any]], options: HandoverOptions) -> Package:
    """Hand assistants over to a target: each in a folder of its own when there are several, and one report over all."""
    with english():
        return _package(target, assistants, options)


def _package(target: HandoverTarget, assistants: Sequence[Mapping[str, Any]], options: HandoverOptions) -> Package:
    sources = [Source.of(assistant) for assistant in assistants]
    slugs = [slug_of(source) for source in sources]
    folders = list(unique(slugs)) if len(sources) > 1 else [""]
    files, parts = Files(), []
    for assistant, source, folder in zip(assistants, sources, folders, strict=True):
        made, losses = target.handover(assistant, options)
        files |= {f"{folder}/{path}" if folder else path: content for path, content in made.items()}
        parts.append(PackagePart(source, folder, losses, findings_in(source)))
    collisions = _collisions(sources, folders)
    if len(parts) > 1:
        reports = [(part.folder, part.source, part.losses) for part in parts]
        report: Files = {"losses.md": report_of_several(target.label, reports, collisions=collisions)}
        files = report | files
    return Package(target, parts, files, collisions)


def collisions_in(made: Package) -> list[str]:
    """Which assistants would have had one name, in the reader's language."""
    return _collisions([part.source for part in made.parts], [part.folder for part in made.parts])


def _collisions(sources: Sequence[Source], folders: Sequence[str]) -> list[str]:
    slugs = [slug_of(source) for source in sources]
    reports = []
    for slug, count in Counter(slugs).items():
        if count > 1:
            each = ", ".join(
                gettext("%(name)s (%(id)s) is in %(folder)s")
                % {"name": source.title[:60], "id": source.id, "folder": folder}
                for source, mine, folder in zip(sources, slugs, folders, strict=True)
                if mine == slug
            )
            text = gettext("%(count)d assistants are called “%(slug)s” there. Give them names of their own: %(each)s")
            reports.append(text % {"count": count, "slug": slug, "each": each})
    return reports


def _copy(content: Content, into: IO[bytes]) -> None:
    if isinstance(content, Path):
        with content.open("rb") as source:
            shutil.copyfileobj(source, into, PIECE)
    else:
        shutil.copyfileobj(io.BytesIO(content.encode()), into, PIECE)
