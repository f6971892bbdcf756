"""Addresses of exchanges/registration."""

from django.urls import path

from exchanges.registration.views import answers, needs_and_guests

urlpatterns = [
    path("exchanges/<int:pk>/answer/", answers.answer, name="answer"),
    path("exchanges/<int:pk>/others/", answers.others, name="others"),
    path("exchanges/<int:pk>/needs/", needs_and_guests.needs, name="needs"),
    path("exchanges/<int:pk>/needs/all/", needs_and_guests.needs_summary, name="needs_summary"),
    path("exchanges/<int:pk>/guests/", needs_and_guests.add_guest, name="guests"),
    path("exchanges/<int:pk>/guests/<int:guest>/remove/", needs_and_guests.remove_guest, name="remove_guest"),
    path("exchanges/<int:pk>/attendance/", answers.attendance, name="attendance"),
]
