"""Addresses of the exchanges app."""

from django.urls import path

from exchanges import views

app_name = "exchanges"
urlpatterns = [
    path("exchanges/", views.exchange_list, name="exchange_list"),
    path("exchanges/propose/<slug:slug>/", views.propose, name="propose"),
    path("exchanges/<int:pk>/", views.exchange, name="exchange"),
    path("exchanges/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("exchanges/<int:pk>/move/", views.move, name="move"),
    path("exchanges/<int:pk>/swap/", views.swap, name="swap"),
    path("exchanges/<int:pk>/ask-next/", views.ask_next, name="ask_next"),
    path("exchanges/<int:pk>/give-back/", views.give_back, name="give_back"),
    path("exchanges/<int:pk>/place/", views.place, name="place"),
    path("exchanges/<int:pk>/announce/", views.announce, name="announce"),
    path("exchanges/<int:pk>/open-registration/", views.open_registration, name="open_registration"),
    path("exchanges/<int:pk>/close-registration/", views.close_registration, name="close_registration"),
    path("exchanges/<int:pk>/hold/", views.hold, name="hold"),
    path("exchanges/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("exchanges/<int:pk>/answer/", views.answer, name="answer"),
    path("exchanges/<int:pk>/others/", views.others, name="others"),
    path("exchanges/<int:pk>/needs/", views.needs, name="needs"),
    path("exchanges/<int:pk>/needs/all/", views.needs_summary, name="needs_summary"),
    path("exchanges/<int:pk>/guests/", views.add_guest, name="guests"),
    path("exchanges/<int:pk>/guests/<int:guest>/remove/", views.remove_guest, name="remove_guest"),
    path("exchanges/<int:pk>/attendance/", views.attendance, name="attendance"),
]
