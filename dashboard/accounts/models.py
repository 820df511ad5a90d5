"""What the site remembers about its people besides Django's own accounts."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext, gettext_lazy

# The order matters: every browser also names the ones it descends from.
BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that a person's sessions can be listed and ended.

    ``user`` is empty until someone signs in. ``seen_at`` is exact to a minute.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "team_session"

    def __str__(self) -> str:
        return f"session of {self.user_id or 'a stranger'}"

    @property
    def browser_name(self) -> str:
        """The browser and the system as a person knows them, such as ``Firefox on Linux``."""
        browser = next((name for mark, name in BROWSERS if mark in self.browser), gettext("An unknown browser"))
        system = next((name for mark, name in SYSTEMS if mark in self.browser), "")
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser

    @classmethod
    def get_session_store_class(cls) -> type:
        # As Django finds it itself: the engine reads this table, so it cannot be imported above.
        return import_module(settings.SESSION_ENGINE).SessionStore  # type: ignore[no-any-return]


class SignInAttempt(models.Model):
    """One attempt to sign in that has failed, or whose end is not known yet.

    The account is a digest of the name that was typed, because people now and then type
    their password there.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="attempt_account_at"),
            models.Index(fields=["address", "at"], name="attempt_address_at"),
        ]

    def __str__(self) -> str:
        return f"attempt at {self.at}"


class PasswordLink(models.Model):
    """The one live link with which a person sets a password: an invitation or a reset.

    Only a digest of the secret in the address is kept.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="password_link")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link for {self.user_id}"


class Identity(models.Model):
    """A person as an identity provider knows them: its own name for them never changes hands."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class Preferences(models.Model):
    """How one person wants the pages; empty text means: as the browser says."""

    class Theme(models.TextChoices):
        SYSTEM = "", gettext_lazy("Same as the system")
        LIGHT = "light", gettext_lazy("Light")
        DARK = "dark", gettext_lazy("Dark")

    class Language(models.TextChoices):
        """Each in its own words, so that whoever is lost in another one finds it."""

        BROWSER = "", gettext_lazy("Same as the browser")
        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        FRENCH = "fr", "Français"

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="preferences")
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    language = models.CharField(max_length=10, choices=Language, blank=True, default=Language.BROWSER)
    time_zone = models.CharField(max_length=64, blank=True, default="")
    uses_keys = models.BooleanField(default=True, help_text="Whether single keys, such as / for the search, act.")
    has_begun = models.BooleanField(default=False, help_text="Whether the first steps were done or put away.")
    lists = models.JSONField(default=dict, blank=True, help_text="How each list is shown, by its name.")

    class Meta:
        db_table = "team_preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
