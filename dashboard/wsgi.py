"""The WSGI application that a server such as gunicorn runs."""

import os

from django.core.wsgi import get_wsgi_application

from dashboard.request_body import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

application = whole_bodies(get_wsgi_application())
