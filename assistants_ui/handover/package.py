"""One hand-over of one or several assistants, as files: the same bytes on the page, in the zip and from the command."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext

from assistants_ui.handover.findings import characters_in, findings_in
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.report import report_of_several
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Content, Files, HandoverTarget
from assistants_ui.handover.texts import slug_of, unique
from assistants_ui.handover.work import PackagePart
from dashboard.lib.stored_texts import english

# The first moment that a zip can hold, so that equal contents are equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
PIECE = 1 << 20


@dataclass(frozen=True)
class Package:
    """What is handed over. ``files`` are by path, in order; ``collisions`` tell of equal names, one sentence each.

    ``omitted`` says how many files are left out, which is none but where a page needs only the first.
    """

    target: HandoverTarget
    parts: Sequence[PackagePart]
    files: Files
    collisions: Sequence[str]
    omitted: int = 0

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


def package(
    target: HandoverTarget,
    assistants: Sequence[Mapping[str, Any]],
    options: HandoverOptions,
    *,
    most_characters: int | None = None,
) -> Package:
    """Hand assistants over to a target: each in a folder of its own when there are several, and one report over all.

    Beyond ``most_characters`` no texts are looked through for secrets, except those of the first assistant, and the
    files of the others are omitted: of all of them at once they may be hundreds of megabytes.
    """
    with english():
        return _package(target, assistants, options, most_characters)


def _package(
    target: HandoverTarget,
    assistants: Sequence[Mapping[str, Any]],
    options: HandoverOptions,
    most_characters: int | None,
) -> Package:
    sources = [Source.of(assistant) for assistant in assistants]
    slugs = [slug_of(source) for source in sources]
    folders = list(unique(slugs)) if len(sources) > 1 else [""]
    files, parts, omitted = Files(), [], 0
    searched = len(sources) if most_characters is None else _searched(sources, most_characters)
    for number, (source, folder) in enumerate(zip(sources, folders, strict=True)):
        findings = findings_in(source) if number < searched else []
        made, losses = target.handover(source, options, findings=findings)
        if is_searched := number < searched:
            files |= {f"{folder}/{path}" if folder else path: content for path, content in made.items()}
        else:
            omitted += len(made)
        parts.append(PackagePart(source, folder, losses, findings, is_searched))
    to_rename, numbered = _collisions(target, parts)
    if len(parts) > 1 and omitted:
        omitted += 1
    elif len(parts) > 1:
        questions = sum(options.questions.values())
        report = report_of_several(str(target.label), parts, to_rename=to_rename, folders=numbered, questions=questions)
        files = Files({"losses.md": report}) | files
    return Package(target, parts, files, [*to_rename, *numbered], omitted)


def _searched(sources: Sequence[Source], most: int) -> int:
    """How many of the assistants have so many characters together, but at least one."""
    left = most
    for number, source in enumerate(sources):
        left -= characters_in(source)
        if left < 0:
            return max(number, 1)
    return len(sources)


def collisions_in(made: Package) -> list[str]:
    """Which assistants have one name, in the reader's language."""
    to_rename, numbered = _collisions(made.target, made.parts)
    return [*to_rename, *numbered]


def _collisions(target: HandoverTarget, parts: Sequence[PackagePart]) -> tuple[list[str], list[str]]:
    """Of which assistants only one could be there by its name, and which have a folder with a number."""
    by_name: dict[str, list[PackagePart]] = {}
    by_slug: dict[str, list[PackagePart]] = {}
    for part in parts:
        if target.name_there:
            by_name.setdefault(target.name_there(part.source), []).append(part)
    for part in parts:
        if not target.name_there or len(by_name[target.name_there(part.source)]) == 1:
            by_slug.setdefault(slug_of(part.source), []).append(part)
    one_name = gettext("%(count)d assistants would be “%(name)s” there, each in place of the one before: %(each)s.")
    one_folder = gettext("%(count)d assistants have names like “%(name)s”: %(each)s.")
    return _told(one_name, by_name), _told(one_folder, by_slug)


def _told(words: str, groups: Mapping[str, Sequence[PackagePart]]) -> list[str]:
    each = gettext("%(name)s (%(id)s) is in %(folder)s")
    return [
        words
        % {
            "count": len(mine),
            "name": name[:60],
            "each": ", ".join(
                each % {"name": part.source.title[:60], "id": part.source.id, "folder": part.folder} for part in mine
            ),
        }
        for name, mine in groups.items()
        if len(mine) > 1
    ]


def _copy(content: Content, into: IO[bytes]) -> None:
    if isinstance(content, Path):
        with content.open("rb") as source:
            shutil.copyfileobj(source, into, PIECE)
    else:
        shutil.copyfileobj(io.BytesIO(content.encode()), into, PIECE)
