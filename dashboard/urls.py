"""Every address of the site. What the site manages is included by name, never imported."""

from django.urls import include, path

from dashboard import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("dashboard.accounts.urls")),
    path("team/keys/", include("assistants_server.keys.urls")),
    path("audit/", include("dashboard.audit.urls")),
    path("w/<slug:workspace>/import/", include("assistants_server.importer.urls")),
    path("w/<slug:workspace>/", include("assistants_ui.urls")),
    path("v1", include("assistants_server.urls")),
    # Clients of Azure's service put these before the same paths.
    path("openai/v1", include("assistants_server.urls")),
    path("openai", include("assistants_server.urls")),
]

handler400 = "dashboard.errors.bad_request"
handler403 = "dashboard.errors.permission_denied"
handler404 = "dashboard.errors.not_found"
handler500 = "dashboard.errors.server_error"
