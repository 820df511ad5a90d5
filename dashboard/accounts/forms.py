"""What people type on the pages about themselves and their team.

A form whose act can be refused has a method for that act, and puts the reason on itself.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy, ngettext

from dashboard.access import Role, roles_of
from dashboard.accounts import authentication, display_names, members
from dashboard.accounts.models import PasswordLink, Preferences
from dashboard.accounts.preferences import TIME_ZONES
from dashboard.audit import api as audit
from dashboard.lib.characters import mixed_alphabets, skeleton
from dashboard.lib.texts import StrOrPromise, as_list

# Argon2 would hash a book too, so the length ends where no password does.
LONGEST_PASSWORD = 4096

ROLE_CHOICES = [
    (Role.VIEWERS, gettext_lazy("Viewer: sees assistants, files, vector stores and their history")),
    (Role.EDITORS, gettext_lazy("Editor: also creates, changes and deletes them")),
    (Role.AUDITORS, gettext_lazy("Auditor: also reads, exports and verifies the audit log")),
    (Role.ADMINISTRATORS, gettext_lazy("Administrator: also reads the audit log, and manages the team and its keys")),
]


def password_field(label: StrOrPromise, *, autocomplete: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        help_text=help_text,
    )


class SignInForm(forms.Form):
    """Tells nobody whether a name exists: every failure reads alike."""

    username = UsernameField(
        label=gettext_lazy("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = password_field(gettext_lazy("Password"), autocomplete="current-password")

    def sign_in(self, request: HttpRequest) -> User | None:
        """The person these words belong to, or None and an error on the form."""
        try:
            return authentication.check(request, **self.cleaned_data)
        except authentication.WrongPasswordError:
            self.add_error(None, gettext("That username and password do not match. Check both and try again."))
        except authentication.TooManyAttemptsError as refusal:
            self.add_error(None, too_many_attempts(refusal.minutes))
        return None


class NewPasswordForm(forms.Form):
    """A new password, typed twice, judged by the site's own rules."""

    new_password = password_field(
        gettext_lazy("New password"),
        autocomplete="new-password",
        help_text=lazy(lambda: " ".join(password_validators_help_texts()), str)(),
    )
    repeated = password_field(gettext_lazy("Once more"), autocomplete="new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if self.cleaned_data.get("new_password") not in {None, repeated}:
            raise ValidationError(gettext("The two passwords differ."))
        return repeated

    def use(self, request: HttpRequest, *, link: PasswordLink) -> bool:
        """Spend the link on this password; False, with an error, when it was spent meanwhile."""
        actor = audit.Actor(
            kind="person",
            id=str(link.user.pk),
            name=link.user.get_full_name() or link.user.username,
            address=request.META.get("REMOTE_ADDR") or None,
        )
        try:
            members.choose_password(actor=actor, link=link, password=self.cleaned_data["new_password"])
        except members.LinkUsedUpError:
            self.add_error(None, gettext("This link was used a moment ago. Ask for a new one if it was not you."))
            return False
        return True


class ChangePasswordForm(NewPasswordForm):
    """Changing one's own password asks for the present one, so an unlocked screen is not enough."""

    password = password_field(gettext_lazy("Current password"), autocomplete="current-password")
    field_order = ["password", "new_password", "repeated"]

    def change(self, request: HttpRequest) -> bool:
        """Change it; False, with an error on the field, when the present one is wrong."""
        try:
            authentication.check(request, username=self.user.username, password=self.cleaned_data["password"])
        except authentication.WrongPasswordError:
            self.add_error("password", gettext("This is not your current password."))
            return False
        except authentication.TooManyAttemptsError as refusal:
            self.add_error("password", too_many_attempts(refusal.minutes))
            return False
        members.change_password(
            actor=audit.actor_of(request),
            user=self.user,
            password=self.cleaned_data["new_password"],
            session_key=request.session.session_key,
        )
        return True


class ProfileForm(forms.Form):
    """What a person is called and reached by."""

    name = forms.CharField(
        max_length=150,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Shown to your colleagues and in the audit log."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None, *, user: User | None = None) -> None:
        self.user = user
        super().__init__(data, initial=self.initial_of(user) if user else None)

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        return {"name": user.first_name, "email": user.email}

    def clean_name(self) -> str:
        """The record shows who acted by this name, so it is one that can be read, and nobody else's."""
        name: str = self.cleaned_data["name"]
        if self.user and name == self.user.first_name:
            return name
        if not display_names.is_readable(name):
            raise ValidationError(
                gettext("This has no letter, or a character that cannot be seen. Type the name again.")
            )
        if display_names.is_somebody_elses(name, user=self.user):
            raise ValidationError(
                gettext("Somebody in the team already has that name. Add something that tells the two apart.")
            )
        return name


class PreferencesForm(forms.Form):
    """How a person wants the pages."""

    theme = forms.ChoiceField(
        required=False,
        choices=Preferences.Theme.choices,
        label=gettext_lazy("Theme"),
        widget=forms.RadioSelect,
        initial="",
    )
    language = forms.ChoiceField(
        required=False, choices=Preferences.Language.choices, label=gettext_lazy("Language"), initial=""
    )
    time_zone = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Time zone"),
        choices=lambda: [
            ("", gettext("Where my browser is")),
            *((name, name.replace("_", " ")) for name in sorted(TIME_ZONES)),
        ],
        help_text=gettext_lazy("Exact times are shown in this zone, and say so."),
    )
    uses_keys = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Single keys"),
        help_text=gettext_lazy("/ goes to the search, e edits, ? lists all keys."),
    )


class RolesField(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("Roles"), choices=ROLE_CHOICES, coerce=Role, required=False, **kwargs)


class MemberForm(ProfileForm):
    """A person as an administrator sees them."""

    roles = RolesField(help_text=gettext_lazy("Without a role, a person can sign in and see only their own account."))

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        return {**ProfileForm.initial_of(user), "roles": roles_of(user)}

    def save(self, request: HttpRequest, *, user: User) -> bool:
        """Store what was changed; False, with an error on the roles, when nobody would administer."""
        actor = audit.actor_of(request)
        try:
            members.set_roles(actor=actor, user=user, roles=self.cleaned_data["roles"])
        except members.LastAdministratorError:
            self.add_error("roles", LAST_ADMINISTRATOR)
            return False
        members.update(actor=actor, user=user, name=self.cleaned_data["name"], email=self.cleaned_data["email"])
        return True


class InvitationForm(ProfileForm):
    """A person who is to join."""

    username = UsernameField(
        label=gettext_lazy("Username"),
        max_length=150,
        help_text=gettext_lazy("They sign in with it. It cannot be changed later."),
        validators=[User.username_validator],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    roles = RolesField(initial=[Role.VIEWERS])
    field_order = ["name", "username", "email", "roles"]

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].lower()
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(gettext("Someone has this username already."))
        if mixed := mixed_alphabets(username):
            raise ValidationError(
                gettext("It mixes %(alphabets)s letters, which look alike. Use those of one alphabet.")
                % {"alphabets": as_list(mixed)}
            )
        shape = skeleton(username)
        for other in User.objects.values_list("username", flat=True).iterator():
            if skeleton(other) == shape:
                raise ValidationError(
                    gettext("It looks like “%(other)s”, which is somebody else's.") % {"other": other}
                )
        return username


class DeactivationForm(forms.Form):
    """A button and nothing else; it can still be refused."""

    def deactivate(self, request: HttpRequest, *, user: User) -> bool:
        """Close the account; False, with an error, when nobody would administer."""
        try:
            members.deactivate(actor=audit.actor_of(request), user=user)
        except members.LastAdministratorError:
            self.add_error(None, LAST_ADMINISTRATOR)
            return False
        return True


LAST_ADMINISTRATOR = gettext_lazy(
    "This is the last administrator. Make someone else an administrator first, "
    "or nobody could manage the team any more. Nothing was changed."
)


def too_many_attempts(minutes: int) -> str:
    text = ngettext(
        "Too many attempts. Wait %(minutes)d minute, then try again.",
        "Too many attempts. Wait %(minutes)d minutes, then try again.",
        minutes,
    )
    return text % {"minutes": minutes}
