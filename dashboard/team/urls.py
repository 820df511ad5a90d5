"""Signing in and out, the team, and one's own account."""

from django.urls import path

from dashboard.team.views import session

urlpatterns = [
    path("login/", session.sign_in, name="login"),
    path("logout/", session.sign_out, name="logout"),
]
