"""What people type on the pages about themselves and their team."""

from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.http import HttpRequest


class SignInForm(forms.Form):
    """Tells nobody whether a name exists: every failure reads alike."""

    username = UsernameField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    # Argon2 would hash a book too, so the length ends where no password does.
    password = forms.CharField(
        max_length=4096, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def sign_in(self, request: HttpRequest) -> User | None:
        """The person these words belong to, or None and an error on the form."""
        user = authenticate(request, username=self.cleaned_data["username"], password=self.cleaned_data["password"])
        if not isinstance(user, User):
            self.add_error(None, "That username and password do not belong together. Check both and try again.")
            return None
        return user
