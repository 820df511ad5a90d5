"""The addresses of the key pages, which the site puts under Team."""

from django.urls import path

from assistants_server.keys import views as keys

urlpatterns = [
    path("", keys.index, name="team-keys"),
    path("new/", keys.create, name="team-key-create"),
    path("<int:key_id>/revoke/", keys.revoke, name="team-key-revoke"),
]
