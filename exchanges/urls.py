"""Addresses of the exchanges app."""

from django.urls import path

from exchanges import views

app_name = "exchanges"
urlpatterns = [
    path("exchanges/", views.exchange_list, name="exchange_list"),
    path("exchanges/propose/<slug:slug>/", views.propose, name="propose"),
    path("exchanges/memory/", views.memory, name="memory"),
    path("exchanges/commitments/<int:pk>/close/", views.close_commitment, name="close_commitment"),
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
    path("exchanges/<int:pk>/contributions/", views.contributions, name="contributions"),
    path("exchanges/<int:pk>/contributions/add/", views.contribute, name="contribute"),
    path("exchanges/<int:pk>/contributions/<int:key>/", views.change_contribution, name="change_contribution"),
    path(
        "exchanges/<int:pk>/contributions/<int:key>/withdraw/",
        views.withdraw_contribution,
        name="withdraw_contribution",
    ),
    path("exchanges/<int:pk>/questions/add/", views.ask_question, name="ask_question"),
    path("exchanges/<int:pk>/questions/<int:key>/", views.change_question, name="change_question"),
    path("exchanges/<int:pk>/questions/<int:key>/remove/", views.remove_question, name="remove_question"),
    path("exchanges/<int:pk>/matches/add/", views.match, name="match"),
    path("exchanges/<int:pk>/matches/<int:key>/remove/", views.unmatch, name="unmatch"),
    path("exchanges/<int:pk>/programme/", views.programme, name="programme"),
    path("exchanges/<int:pk>/programme/add/", views.add_to_programme, name="add_to_programme"),
    path("exchanges/<int:pk>/programme/<int:key>/", views.change_programme, name="change_programme"),
    path("exchanges/<int:pk>/programme/<int:key>/remove/", views.remove_from_programme, name="remove_from_programme"),
    path("exchanges/<int:pk>/minutes/", views.minutes, name="minutes"),
    path("exchanges/<int:pk>/minutes/write/", views.write_minutes, name="write_minutes"),
    path("exchanges/<int:pk>/commitments/add/", views.commit, name="commit"),
    path("exchanges/<int:pk>/feedback/", views.give_feedback, name="give_feedback"),
    path("exchanges/<int:pk>/follow-up/", views.follow_up, name="follow_up"),
]
