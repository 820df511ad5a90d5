"""The addresses of the import page, which the site puts below each workspace."""

from django.urls import path

from assistants_server.importer import views

urlpatterns = [
    path("", views.index, name="import"),
    path("<slug:job_id>/", views.job, name="import-job"),
]
