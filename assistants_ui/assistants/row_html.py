"""One row of the list of assistants as HTML. Templates would take many times as long for a hundred of them."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from assistants_ui.assistants.row_content import Shown
from assistants_ui.catalog.excerpts import Excerpt, Piece
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.lib.markup import NOTHING, joined, markup
from dashboard.lib.relative_time import exact_time

LONGEST_DESCRIPTION = 140
# Cells that the rows of a list share: a few models, kinds of tools and labels stand in nearly all of them.
KEPT = 1024


CHOICE = '<td class="pick"><input type="checkbox" name="id" value="{}" form="choose-many" aria-label="{}"></td>'
CELLS = (
    '<td class="col-name"><a class="name row-link" href="{}"><bdi>{}</bdi></a>{}</td>{}{}{}{}'
    '<td class="col-changed sub" data-label="{}">'
)
MOMENT = '{} <span class="nowrap"><time datetime="{}" title="{}">{}</time></span>'


def row(shown: Shown, *, base: str, is_choosable: bool, language: str, zone: tzinfo) -> SafeString:
    """The whole row. ``base`` is the list's address; ``is_choosable`` puts a box in front to choose it by.

    ``language`` is the one that is active; cells are kept by it. Exact times are in ``zone``.
    """
    words, at = _words(language), shown.at
    cells = (
        f"{base}{quote(shown.id, safe='')}/",
        _name(shown),
        _excerpt(shown.excerpt) if shown.excerpt else _description(shown.description),
        _labels(shown.labels, shown.more_labels, base, language),
        _model(shown.model, base, language),
        _tools(shown.kinds, base, language),
        _files(shown.files, shown.stores, language),
        label := words.changed if shown.by else words.created,
    )
    # In one piece, since each piece of its own costs as much as another row.
    choice = (shown.id, words.choose % {"name": shown.plain_name or shown.id}) if is_choosable else ()
    moment: tuple[str, ...] = ()
    if at is not None:
        by = markup("<bdi>{}</bdi>,", shown.by) if shown.by else label
        exact = exact_time(at, zone=zone, language=language)
        moment = (by, at.isoformat(timespec="seconds"), exact, shown.age)
    return markup(
        f"<tr>{CHOICE if choice else ''}{CELLS}{MOMENT if moment else ''}</td></tr>", *choice, *cells, *moment
    )


def _name(shown: Shown) -> str:
    if not shown.name:
        return markup('{} <span class="mono mute">{}</span>', gettext("Untitled"), shown.id)
    return _pieces(shown.name)


def _pieces(pieces: tuple[Piece, ...]) -> str:
    """The pieces, to be escaped still where nothing is marked."""
    if len(pieces) == 1 and not pieces[0].is_found:
        return pieces[0].text
    return joined(markup("<mark>{}</mark>" if piece.is_found else "{}", piece.text) for piece in pieces)


def _excerpt(excerpt: Excerpt) -> SafeString:
    return markup(
        '<div class="sub excerpt"><span class="where">{}:</span> <bdi>{}</bdi></div>',
        excerpt.where,
        _pieces(excerpt.pieces),
    )


@lru_cache(maxsize=KEPT)
def _description(text: str | None) -> SafeString:
    if not text:
        return NOTHING
    shown = text if len(text) <= LONGEST_DESCRIPTION else Truncator(text).chars(LONGEST_DESCRIPTION)
    return markup('<div class="sub one-line"><bdi>{}</bdi></div>', shown)


@lru_cache(maxsize=KEPT)
def _labels(labels: tuple[tuple[str, str], ...], more: int, base: str, language: str) -> SafeString:
    chips = _chips(
        "metadata",
        [(f"{name}:{value}", f"{name}: {value}") for name, value in labels],
        base,
        title=gettext("Only assistants with this label"),
        after=markup('<span class="sub">+{}</span>', more) if more else NOTHING,
    )
    return markup('<td class="col-labels" data-label="{}">{}</td>', gettext("Labels"), chips)


@lru_cache(maxsize=KEPT)
def _model(model: str, base: str, language: str) -> SafeString:
    return markup(
        '<td class="col-model" data-label="{}"><a class="chip chip-accent" href="{}" title="{}">{}</a></td>',
        gettext("Model"),
        f"{base}?{urlencode({'model': model})}",
        gettext("Only assistants with this model: %(model)s") % {"model": model},
        model,
    )


@lru_cache(maxsize=KEPT)
def _tools(kinds: tuple[str, ...], base: str, language: str) -> SafeString:
    chips = _chips(
        "tool",
        [(kind, str(TOOL_LABELS.get(kind, kind))) for kind in kinds],
        base,
        title=gettext("Only assistants with this tool"),
    )
    none = markup('<span class="sub">{}</span>', gettext("None"))
    return markup('<td class="col-tools" data-label="{}">{}</td>', gettext("Tools"), chips or none)


def _chips(
    filter_name: str, values: list[tuple[str, str]], base: str, *, title: str, after: SafeString = NOTHING
) -> SafeString:
    """Links that narrow the list to one value each."""
    links = joined(
        markup(
            '<a class="chip" href="{}" title="{}"><bdi>{}</bdi></a>',
            f"{base}?{urlencode({filter_name: value})}",
            title,
            label,
        )
        for value, label in values
    )
    return markup('<span class="chips">{}{}</span>', links, after) if links else NOTHING


@lru_cache(maxsize=KEPT)
def _files(files: int, stores: int, language: str) -> SafeString:
    of_stores = ngettext("%(number)s store", "%(number)s stores", stores) % {"number": stores}
    counts = [*([str(files)] if files else []), *([of_stores] if stores else [])]
    return markup('<td class="col-files sub" data-label="{}">{}</td>', gettext("Files"), " + ".join(counts))


class RowWords(NamedTuple):
    """What every row says."""

    choose: str
    changed: str
    created: str


@lru_cache(maxsize=8)
def _words(language: str) -> RowWords:
    return RowWords(choose=gettext("Choose %(name)s"), changed=gettext("Changed"), created=gettext("Created"))
