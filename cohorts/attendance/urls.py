"""URLs of the pages about attendance."""

from django.urls import URLPattern, path

from cohorts.attendance import views

urlpatterns: list[URLPattern] = [
    path("sessions/<int:pk>/attendance/", views.record_attendance, name="record_attendance"),
    path("sessions/<int:pk>/invite/", views.invite_to_session, name="invite_to_session"),
    path("sessions/<int:pk>/answer/", views.answer_session, name="answer_session"),
]
