"""What makes one wonder about the settings of this site."""

from __future__ import annotations

from django.conf import settings

from dashboard.environment import oddities as odd


def oddities() -> list[str]:
    """One sentence each; none of them stops the start."""
    return [
        *odd.unknown_names(),
        *odd.empty_variables(),
        *odd.given_twice(),
        *odd.about_workspaces(settings.WORKSPACES.values()),
        *odd.about_the_site(site_url=settings.SITE_URL, trusted_proxies=settings.TRUSTED_PROXIES),
    ]
