"""What is suspicious about the settings of this site."""

from __future__ import annotations

from django.conf import settings

from dashboard.environment import setting_warnings as environment


def setting_warnings() -> list[str]:
    """One sentence each; none of them stops the start."""
    return [
        *environment.unknown_names(),
        *environment.empty_variables(),
        *environment.given_twice(),
        *environment.about_workspaces(settings.WORKSPACES.values()),
        *environment.about_the_site(
            site_url=settings.SITE_URL, host=settings.HOST, trusted_proxies=settings.TRUSTED_PROXIES
        ),
    ]
