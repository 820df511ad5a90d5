"""One row of the list of assistants as HTML. Templates would take many times as long for a hundred of them."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from assistants_ui.assistants.row_content import Shown
from assistants_ui.catalog.excerpts import Excerpt, Piece
from assistants_ui.domain.tools import TOOL_LABELS
from dashboard.lib.relative_time import exact_time

NOTHING = format_html("{}", "")
LONGEST_DESCRIPTION = 140
# Cells that the rows of a list share: a few models, kinds of tools and labels stand in nearly all of them.
KEPT = 1024


def row(shown: Shown, *, base: str, is_choosable: bool, language: str) -> SafeString:
    """The whole row. ``base`` is the list's address; ``is_choosable`` puts a box in front to choose it by.

    ``language`` is the one that is active; cells are kept by it.
    """
    return format_html(
        '<tr>{}<td class="col-name"><a class="name row-link" href="{}">{}</a>{}</td>{}{}{}{}{}</tr>',
        _pick(shown) if is_choosable else NOTHING,
        f"{base}{quote(shown.id, safe='')}/",
        _name(shown),
        _excerpt(shown.excerpt) if shown.excerpt else _description(shown.description),
        _labels(shown.labels, shown.more_labels, base, language),
        _model(shown.model, base, language),
        _tools(shown.kinds, base, language),
        _files(shown.files, shown.stores, language),
        _changed(shown),
    )


def _pick(shown: Shown) -> SafeString:
    name = "".join(piece.text for piece in shown.name) or shown.id
    return format_html(
        '<td class="pick"><input type="checkbox" name="id" value="{}" form="choose-many" aria-label="{}"></td>',
        shown.id,
        gettext("Choose %(name)s") % {"name": name},
    )


def _name(shown: Shown) -> SafeString:
    if not shown.name:
        return format_html('{} <span class="mono mute">{}</span>', gettext("Untitled"), shown.id)
    return format_html("<bdi>{}</bdi>", _pieces(shown.name))


def _pieces(pieces: tuple[Piece, ...]) -> str:
    """The pieces, to be escaped still where nothing is marked."""
    if not any(piece.is_found for piece in pieces):
        return "".join(piece.text for piece in pieces)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", one.text) if one.is_found else one.text,) for one in pieces)
    )


def _excerpt(excerpt: Excerpt) -> SafeString:
    return format_html(
        '<div class="sub excerpt"><span class="where">{}:</span> <bdi>{}</bdi></div>',
        excerpt.where,
        _pieces(excerpt.pieces),
    )


@lru_cache(maxsize=KEPT)
def _description(text: str | None) -> SafeString:
    if not text:
        return NOTHING
    shown = text if len(text) <= LONGEST_DESCRIPTION else Truncator(text).chars(LONGEST_DESCRIPTION)
    return format_html('<div class="sub one-line"><bdi>{}</bdi></div>', shown)


@lru_cache(maxsize=KEPT)
def _labels(labels: tuple[tuple[str, str], ...], more: int, base: str, language: str) -> SafeString:
    chips = _chips(
        "metadata",
        [(f"{name}:{value}", f"{name}: {value}") for name, value in labels],
        base,
        title=gettext("Only assistants with this label"),
        after=format_html('<span class="sub">+{}</span>', more) if more else NOTHING,
    )
    return format_html('<td class="col-labels" data-label="{}">{}</td>', gettext("Labels"), chips)


@lru_cache(maxsize=KEPT)
def _model(model: str, base: str, language: str) -> SafeString:
    return format_html(
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
    none = format_html('<span class="sub">{}</span>', gettext("None"))
    return format_html('<td class="col-tools" data-label="{}">{}</td>', gettext("Tools"), chips or none)


def _chips(
    filter_name: str, values: list[tuple[str, str]], base: str, *, title: str, after: SafeString = NOTHING
) -> SafeString:
    """Links that narrow the list to one value each."""
    links = format_html_join(
        "",
        '<a class="chip" href="{}" title="{}"><bdi>{}</bdi></a>',
        ((f"{base}?{urlencode({filter_name: value})}", title, label) for value, label in values),
    )
    return format_html('<span class="chips">{}{}</span>', links, after) if links else NOTHING


@lru_cache(maxsize=KEPT)
def _files(files: int, stores: int, language: str) -> SafeString:
    of_stores = ngettext("%(number)s store", "%(number)s stores", stores) % {"number": stores}
    counts = [*([str(files)] if files else []), *([of_stores] if stores else [])]
    return format_html('<td class="col-files sub" data-label="{}">{}</td>', gettext("Files"), " + ".join(counts))


def _changed(shown: Shown) -> SafeString:
    label = gettext("Changed") if shown.by else gettext("Created")
    if shown.at is None:
        return format_html('<td class="col-changed sub" data-label="{}"></td>', label)
    return format_html(
        '<td class="col-changed sub" data-label="{}">{} <span class="nowrap">'
        '<time datetime="{}" title="{}">{}</time></span></td>',
        label,
        format_html("<bdi>{}</bdi>,", shown.by) if shown.by else label,
        shown.at.isoformat(timespec="seconds"),
        exact_time(shown.at),
        shown.age,
    )
