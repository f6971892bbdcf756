"""URLs of the registration pages."""

from django.urls import path

from exchanges.registration.views import answers, check_in, guests, needs, participants

urlpatterns = [
    path("exchanges/<int:pk>/answer/", answers.answer, name="answer"),
    path("exchanges/<int:pk>/others/", answers.register_others, name="register_others"),
    path("exchanges/<int:pk>/needs/", needs.needs, name="needs"),
    path("exchanges/<int:pk>/code/", check_in.own_code, name="own_code"),
    path("exchanges/<int:pk>/guests/add/", guests.add_guest, name="add_guest"),
    path("exchanges/<int:pk>/guests/<int:guest>/", check_in.check_in_guest, name="check_in_guest"),
    path("exchanges/<int:pk>/guests/<int:guest>/remove/", guests.remove_guest, name="remove_guest"),
    path("exchanges/<int:pk>/participants/", participants.participants, name="participants"),
    path("exchanges/<int:pk>/participants/badges/", participants.badges, name="badges"),
    path("exchanges/<int:pk>/participants/sign-in-sheet/", participants.sign_in_sheet, name="sign_in_sheet"),
    path("exchanges/<int:pk>/participants/walk-in/", check_in.walk_in, name="walk_in"),
    path("exchanges/<int:pk>/participants/walk-in-guest/", check_in.walk_in_guest, name="walk_in_guest"),
    path("exchanges/<int:pk>/participants/remaining/", check_in.record_remaining, name="record_remaining"),
    path("exchanges/<int:pk>/participants/<int:registration>/", check_in.check_in, name="check_in"),
]
