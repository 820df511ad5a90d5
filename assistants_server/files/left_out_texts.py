"""What a file's reader leaves out, as rows keep it in English and people read it in their language."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from dashboard.lib.stored_texts import register as register_texts

# One for each word of ``text.document.PLURALS``, whose process does not load Django, and its plural.
TEXTS = (
    gettext_noop("%(count)s attachment"),
    gettext_noop("%(count)s attachment (%(names)s)"),
    gettext_noop("%(count)s attachments"),
    gettext_noop("%(count)s attachments (%(names)s)"),
    gettext_noop("%(count)s attached file"),
    gettext_noop("%(count)s attached file (%(names)s)"),
    gettext_noop("%(count)s attached files"),
    gettext_noop("%(count)s attached files (%(names)s)"),
    gettext_noop("%(count)s character that could not be read"),
    gettext_noop("%(count)s characters that could not be read"),
    gettext_noop("%(count)s chart"),
    gettext_noop("%(count)s charts"),
    gettext_noop("%(count)s comment"),
    gettext_noop("%(count)s comments"),
    gettext_noop("%(count)s deleted passage"),
    gettext_noop("%(count)s deleted passages"),
    gettext_noop("%(count)s drawing"),
    gettext_noop("%(count)s drawings"),
    gettext_noop("%(count)s embedded document"),
    gettext_noop("%(count)s embedded documents"),
    gettext_noop("%(count)s formula without a stored result"),
    gettext_noop("%(count)s formulas without a stored result"),
    gettext_noop("%(count)s hidden column"),
    gettext_noop("%(count)s hidden columns"),
    gettext_noop("%(count)s hidden passage"),
    gettext_noop("%(count)s hidden passages"),
    gettext_noop("%(count)s hidden row"),
    gettext_noop("%(count)s hidden rows"),
    gettext_noop("%(count)s hidden sheet"),
    gettext_noop("%(count)s hidden sheets"),
    gettext_noop("%(count)s hidden slide"),
    gettext_noop("%(count)s hidden slides"),
    gettext_noop("%(count)s interactive form (XFA)"),
    gettext_noop("%(count)s interactive forms (XFA)"),
    gettext_noop("%(count)s page whose letters have no meaning"),
    gettext_noop("%(count)s pages whose letters have no meaning"),
    gettext_noop("%(count)s page without text"),
    gettext_noop("%(count)s pages without text"),
    gettext_noop("%(count)s part that could not be read"),
    gettext_noop("%(count)s parts that could not be read"),
    gettext_noop("%(count)s picture"),
    gettext_noop("%(count)s pictures"),
    gettext_noop("%(count)s sound or video"),
    gettext_noop("%(count)s sounds or videos"),
    gettext_noop("%(count)s symbol"),
    gettext_noop("%(count)s symbols"),
)


def register() -> None:
    """Called once, when the app is ready."""
    register_texts(*TEXTS)
