"""How the record tells of accounts and sign-ins."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dashboard.access import role_label
from dashboard.audit.fields import Facts, RecordedField
from dashboard.audit.registry import LogAction, registry
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
    registry.register_actions(
        "session",
        gettext_lazy("Sign-in"),
        LogAction(
            name="session.sign_in", past=gettext_lazy("signed in"), infinitive=pgettext_lazy("infinitive", "sign in")
        ),
        LogAction(
            name="session.sign_in_failed",
            past=gettext_lazy("signed in"),
            infinitive=pgettext_lazy("infinitive", "sign in"),
        ),
        LogAction(
            name="session.sign_out", past=gettext_lazy("signed out"), infinitive=pgettext_lazy("infinitive", "sign out")
        ),
        LogAction(
            name="session.locked",
            past=gettext_lazy("was locked out after too many attempts"),
            infinitive=pgettext_lazy("infinitive", "sign in again after too many attempts"),
        ),
        LogAction(
            name="session.end_all",
            past=gettext_lazy("signed out everywhere else"),
            infinitive=pgettext_lazy("infinitive", "sign out everywhere else"),
        ),
    )
    registry.register_actions(
        "member",
        gettext_lazy("Team"),
        LogAction(
            name="member.create",
            past=gettext_lazy("made an account"),
            infinitive=pgettext_lazy("infinitive", "make an account"),
            is_whole=True,
        ),
        LogAction(
            name="member.list",
            past=gettext_lazy("listed the members"),
            infinitive=pgettext_lazy("infinitive", "list the members"),
        ),
        LogAction(
            name="member.update",
            past=gettext_lazy("changed the account"),
            infinitive=pgettext_lazy("infinitive", "change the account"),
        ),
        LogAction(
            name="member.invite",
            past=gettext_lazy("invited a colleague"),
            infinitive=pgettext_lazy("infinitive", "invite a colleague"),
            is_whole=True,
        ),
        LogAction(
            name="member.invite_accepted",
            past=gettext_lazy("accepted the invitation"),
            infinitive=pgettext_lazy("infinitive", "accept the invitation"),
        ),
        LogAction(
            name="member.roles",
            past=gettext_lazy("changed the roles"),
            infinitive=pgettext_lazy("infinitive", "change the roles"),
        ),
        LogAction(
            name="member.deactivate",
            past=gettext_lazy("deactivated the account"),
            infinitive=pgettext_lazy("infinitive", "deactivate the account"),
        ),
        LogAction(
            name="member.reactivate",
            past=gettext_lazy("opened the account again"),
            infinitive=pgettext_lazy("infinitive", "open the account again"),
        ),
    )
    registry.register_actions(
        "password",
        gettext_lazy("Passwords"),
        LogAction(
            name="password.change",
            past=gettext_lazy("changed the password"),
            infinitive=pgettext_lazy("infinitive", "change the password"),
        ),
        LogAction(
            name="password.reset",
            past=gettext_lazy("chose a new password"),
            infinitive=pgettext_lazy("infinitive", "choose a new password"),
        ),
        LogAction(
            name="password.reset_requested",
            past=gettext_lazy("made a link for a new password"),
            infinitive=pgettext_lazy("infinitive", "make a link for a new password"),
        ),
    )
    registry.register_actions(
        "security",
        gettext_lazy("Security"),
        LogAction(
            name="security.permission_denied",
            past=gettext_lazy("opened a page beyond their role"),
            infinitive=pgettext_lazy("infinitive", "open a page that their role does not allow"),
        ),
        LogAction(
            name="security.csrf_refused",
            past=gettext_lazy("sent a form without its token"),
            infinitive=pgettext_lazy("infinitive", "send a form that this site had not given out"),
        ),
        LogAction(
            name="security.sign_on_unusable",
            past=gettext_lazy("reached the identity provider"),
            infinitive=pgettext_lazy("infinitive", "reach the identity provider"),
        ),
        LogAction(
            name="security.sign_on_refused",
            past=gettext_lazy("signed on"),
            infinitive=pgettext_lazy("infinitive", "use single sign-on"),
        ),
    )
