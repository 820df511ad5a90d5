"""How the record tells of accounts and sign-ins."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from dashboard.access import role_label
from dashboard.audit.fields import Facts, RecordedField
from dashboard.audit.registry import LogAction, LogRowFacts, registry
from dashboard.lib.texts import as_list


class RecordedRoles(RecordedField):
    """The roles of a person."""

    def clauses(self, facts: Facts) -> list[str]:
        given, taken = facts.get("added", []), facts.get("removed", [])
        clauses = []
        if given:
            clause = ngettext("gave the role %(roles)s", "gave the roles %(roles)s", len(given))
            clauses.append(clause % {"roles": as_list([role_label(role) for role in given])})
        if taken:
            clause = ngettext("took the role %(roles)s", "took the roles %(roles)s", len(taken))
            clauses.append(clause % {"roles": as_list([role_label(role) for role in taken])})
        return clauses


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_fields(
        RecordedRoles(name="roles", label=gettext_lazy("Roles")),
        RecordedField(name="email", label=gettext_lazy("E-mail"), noun=gettext_lazy("the e-mail address")),
        RecordedField(
            name="active", label=gettext_lazy("Account open"), noun=gettext_lazy("whether the account is open")
        ),
    )
    registry.register_notes(
        members=gettext_lazy("Members"),
        sessions=gettext_lazy("Sessions that were ended"),
        connected_with=gettext_lazy("Connected with"),
        method=gettext_lazy("Way"),
        reason=gettext_lazy("Reason"),
    )
    registry.register_note_words(
        "method",
        {
            "password": gettext_lazy("Password"),
            "link": gettext_lazy("One-time link"),
            "single_sign_on": gettext_lazy("Single sign-on"),
        },
    )
    registry.register_note_words(
        "reason",
        {
            "unknown_name": gettext_lazy("Nobody has that name"),
            "wrong_password": gettext_lazy("Wrong password"),
            "deactivated": gettext_lazy("The account is deactivated"),
            "last_administrator_keeps_roles": gettext_lazy("The last administrator keeps the role"),
        },
    )
    registry.register_actions(
        "session",
        gettext_lazy("Sign-in"),
        LogAction("session.sign_in", gettext_lazy("signed in"), pgettext_lazy("infinitive", "sign in")),
        LogAction("session.sign_in_failed", gettext_lazy("signed in"), pgettext_lazy("infinitive", "sign in")),
        LogAction("session.sign_out", gettext_lazy("signed out"), pgettext_lazy("infinitive", "sign out")),
        LogAction(
            "session.locked",
            gettext_lazy("was locked out after too many attempts"),
            pgettext_lazy("infinitive", "sign in again after too many attempts"),
        ),
        LogAction(
            "session.end_all",
            gettext_lazy("signed out everywhere else"),
            pgettext_lazy("infinitive", "sign out everywhere else"),
        ),
        without=gettext_lazy("Everything but sign-ins"),
    )
    registry.register_actions(
        "member",
        gettext_lazy("Team"),
        LogAction(
            "member.create",
            gettext_lazy("made an account"),
            pgettext_lazy("infinitive", "make an account"),
            is_whole=True,
        ),
        LogAction("member.list", gettext_lazy("listed the members"), pgettext_lazy("infinitive", "list the members")),
        LogAction(
            "member.update", gettext_lazy("changed the account"), pgettext_lazy("infinitive", "change the account")
        ),
        LogAction(
            "member.invite",
            gettext_lazy("invited a colleague"),
            pgettext_lazy("infinitive", "invite a colleague"),
            is_whole=True,
        ),
        LogAction(
            "member.invite_accepted",
            gettext_lazy("accepted the invitation"),
            pgettext_lazy("infinitive", "accept the invitation"),
        ),
        LogAction("member.roles", gettext_lazy("changed the roles"), pgettext_lazy("infinitive", "change the roles")),
        LogAction(
            "member.deactivate",
            gettext_lazy("deactivated the account"),
            pgettext_lazy("infinitive", "deactivate the account"),
        ),
        LogAction(
            "member.reactivate",
            gettext_lazy("opened the account again"),
            pgettext_lazy("infinitive", "open the account again"),
        ),
    )
    registry.register_actions(
        "password",
        gettext_lazy("Passwords"),
        LogAction(
            "password.change", gettext_lazy("changed the password"), pgettext_lazy("infinitive", "change the password")
        ),
        LogAction(
            "password.reset", gettext_lazy("chose a new password"), pgettext_lazy("infinitive", "choose a new password")
        ),
        LogAction(
            "password.reset_requested",
            gettext_lazy("made a link for a new password"),
            pgettext_lazy("infinitive", "make a link for a new password"),
        ),
    )
    registry.register_actions(
        "security",
        gettext_lazy("Security"),
        LogAction(
            "security.permission_denied",
            gettext_lazy("changed something beyond their role"),
            pgettext_lazy("infinitive", "change something that their role does not allow"),
            attempt=_beyond_role,
        ),
        LogAction(
            "security.csrf_refused",
            gettext_lazy("sent a form without its token"),
            pgettext_lazy("infinitive", "send a form that this site had not given out"),
        ),
        LogAction(
            "security.sign_on_unusable",
            gettext_lazy("reached the identity provider"),
            pgettext_lazy("infinitive", "reach the identity provider"),
        ),
        LogAction(
            "security.sign_on_refused", gettext_lazy("signed on"), pgettext_lazy("infinitive", "use single sign-on")
        ),
    )


def action_of_page(name: str) -> str:
    """The action that a change sent to the page of this name would be, as of ``assistant-delete``; often none."""
    noun, _, verb = name.rpartition("-")
    action = f"{noun.replace('-', '_')}.{verb}"
    # What a page calls to cancel is not always what the action of that name cancels.
    return action if action in registry.actions and verb != "cancel" else ""


def _beyond_role(row: LogRowFacts) -> str:
    """What was sent where, and in words what that would have done, if they are known."""
    where = {"method": row.detail.get("method"), "address": row.target_label}
    known = registry.actions.get(str(row.detail.get("tried")))
    if not where["method"]:
        # Rows of an earlier version hold the address alone.
        return pgettext("infinitive", "change something at %(address)s") % where
    if known is None:
        return pgettext("infinitive", "change something at %(address)s (%(method)s)") % where
    words = pgettext("infinitive", "%(infinitive)s (%(method)s %(address)s)")
    return words % {"infinitive": known.infinitive, **where}
