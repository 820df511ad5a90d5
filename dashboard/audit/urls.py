from django.urls import path

from dashboard.audit import views

urlpatterns = [
    path("", views.index, name="audit-list"),
    path("<int:seq>/", views.detail, name="audit-detail"),
    path("export/", views.export, name="audit-export"),
    path("verify/", views.verify, name="audit-verify"),
]
