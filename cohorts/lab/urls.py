"""URLs of the pages about the lab's own people."""

from django.urls import URLPattern, path

from cohorts.lab import views

urlpatterns: list[URLPattern] = [
    path("lab/", views.lab, name="lab"),
    path("lab/invite/", views.invite_colleague, name="invite_colleague"),
    path("lab/people/<int:pk>/role/", views.change_lab_role, name="change_lab_role"),
    path("lab/people/<int:pk>/hand-over/", views.hand_over, name="hand_over_coordination"),
    path("lab/people/<int:pk>/end/", views.end_lab_role, name="end_lab_role"),
]
