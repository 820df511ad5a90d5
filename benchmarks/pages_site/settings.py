"""The site's settings with Django's admin beside it, as the peer of the list."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as OWN_APPS

INSTALLED_APPS = [*OWN_APPS, "django.contrib.admin"]
ROOT_URLCONF = "benchmarks.pages_site.urls"
