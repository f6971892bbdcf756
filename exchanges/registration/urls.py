"""URLs of the registration pages."""

from django.urls import path

from exchanges.registration.views import answers, guests, needs

urlpatterns = [
    path("exchanges/<int:pk>/answer/", answers.answer, name="answer"),
    path("exchanges/<int:pk>/others/", answers.register_others, name="register_others"),
    path("exchanges/<int:pk>/needs/", needs.needs, name="needs"),
    path("exchanges/<int:pk>/needs/all/", needs.needs_summary, name="needs_summary"),
    path("exchanges/<int:pk>/guests/", guests.add_guest, name="guests"),
    path("exchanges/<int:pk>/guests/<int:guest>/remove/", guests.remove_guest, name="remove_guest"),
    path("exchanges/<int:pk>/attendance/", answers.attendance, name="attendance"),
]
