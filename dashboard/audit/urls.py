from django.urls import path

from dashboard.audit import views

urlpatterns = [
    path("", views.index, name="audit-list"),
    path("<int:seq>/", views.detail, name="audit-detail"),
    path("unknown/", views.unknown, name="audit-unknown"),
    path("export/", views.export, name="audit-export"),
    path("export/<str:token>/", views.exporting, name="audit-exporting"),
    path("export/verify_export.py", views.verifier, name="audit-verifier"),
    path("verify/", views.verify, name="audit-verify"),
]
