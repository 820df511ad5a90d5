"""How the record tells of accounts and sign-ins."""

from __future__ import annotations

from dashboard.audit.fields import Facts, RecordedField
from dashboard.audit.registry import LogAction, registry


class RecordedRoles(RecordedField):
    """The roles of a person."""

    def clauses(self, facts: Facts) -> list[str]:
        given, taken = facts.get("added", []), facts.get("removed", [])
        return ([f"gave the role {' and '.join(given)}"] if given else []) + (
            [f"took the role {' and '.join(taken)}"] if taken else []
        )


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_fields(
        RecordedRoles(name="roles", label="Roles"),
        RecordedField(name="email", label="E-mail", noun="the e-mail address"),
        RecordedField(name="active", label="Account open", noun="whether the account is open"),
    )
    registry.register_actions(
        "session",
        "Sign-in",
        LogAction(name="session.sign_in", past="signed in", infinitive="sign in"),
        LogAction(name="session.sign_in_failed", past="signed in", infinitive="sign in"),
        LogAction(name="session.sign_out", past="signed out", infinitive="sign out"),
        LogAction(
            name="session.locked",
            past="was locked out after too many attempts",
            infinitive="sign in again after too many attempts",
        ),
        LogAction(name="session.end_all", past="ended every session", infinitive="end every session"),
    )
    registry.register_actions(
        "member",
        "Team",
        LogAction(name="member.create", past="made an account", infinitive="make an account", is_whole=True),
        LogAction(name="member.list", past="listed the members", infinitive="list the members"),
        LogAction(name="member.update", past="changed the account", infinitive="change the account"),
        LogAction(name="member.invite", past="invited a colleague", infinitive="invite a colleague", is_whole=True),
        LogAction(name="member.invite_accepted", past="accepted the invitation", infinitive="accept the invitation"),
        LogAction(name="member.roles", past="changed the roles", infinitive="change the roles"),
        LogAction(name="member.deactivate", past="deactivated the account", infinitive="deactivate the account"),
        LogAction(name="member.reactivate", past="opened the account again", infinitive="open the account again"),
    )
    registry.register_actions(
        "password",
        "Passwords",
        LogAction(name="password.change", past="changed the password", infinitive="change the password"),
        LogAction(name="password.reset", past="chose a new password", infinitive="choose a new password"),
        LogAction(
            name="password.reset_requested",
            past="made a link for a new password",
            infinitive="make a link for a new password",
        ),
    )
    registry.register_actions(
        "security",
        "Security",
        LogAction(
            name="security.permission_denied",
            past="opened a page beyond their role",
            infinitive="open a page that their role does not allow",
        ),
        LogAction(
            name="security.csrf_refused",
            past="sent a form without its token",
            infinitive="send a form that this site had not given out",
        ),
        LogAction(
            name="security.sign_on_unusable",
            past="reached the identity provider",
            infinitive="reach the identity provider",
        ),
        LogAction(name="security.sign_on_refused", past="signed on", infinitive="use single sign-on"),
    )
