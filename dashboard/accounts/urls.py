"""Signing in and out, the team, and one's own account."""

from django.urls import path

from dashboard.accounts.views import account, session, single_sign_on, team

urlpatterns = [
    path("login/", session.sign_in, name="login"),
    path("logout/", session.sign_out, name="logout"),
    path("join/", session.join, name="join"),
    path("sso/", single_sign_on.start, name="single-sign-on"),
    path("sso/callback/", single_sign_on.callback, name="single-sign-on-callback"),
    path("team/", team.people, name="team"),
    path("team/style/", team.style, name="team-style"),
    path("team/invite/", team.invite, name="team-invite"),
    path("team/<int:member_id>/", team.member, name="team-member"),
    path("team/<int:member_id>/link/", team.link, name="team-link"),
    path("team/<int:member_id>/deactivate/", team.deactivate, name="team-deactivate"),
    path("team/<int:member_id>/reactivate/", team.reactivate, name="team-reactivate"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="account-password"),
    path("account/preferences/", account.choose_preferences, name="account-preferences"),
    path("account/begun/", account.put_first_steps_away, name="account-begun"),
    path("account/sessions/", account.end_sessions, name="account-sessions"),
]
