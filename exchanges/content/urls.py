"""URLs of the content of exchanges."""

from django.urls import path

from exchanges.content.views import contributions, outcomes, programme

urlpatterns = [
    path("exchanges/commitments/", outcomes.commitments, name="commitments"),
    path("exchanges/commitments/<int:pk>/close/", outcomes.close_commitment, name="close_commitment"),
    path("exchanges/<int:pk>/contributions/", contributions.contributions, name="contributions"),
    path("exchanges/<int:pk>/contributions/add/", contributions.contribute, name="contribute"),
    path("exchanges/<int:pk>/contributions/<int:key>/", contributions.change_contribution, name="change_contribution"),
    path(
        "exchanges/<int:pk>/contributions/<int:key>/withdraw/",
        contributions.withdraw_contribution,
        name="withdraw_contribution",
    ),
    path("exchanges/<int:pk>/questions/add/", contributions.ask_question, name="ask_question"),
    path("exchanges/<int:pk>/questions/<int:key>/", contributions.change_question, name="change_question"),
    path("exchanges/<int:pk>/questions/<int:key>/remove/", contributions.remove_question, name="remove_question"),
    path("exchanges/<int:pk>/matches/add/", contributions.match, name="match"),
    path("exchanges/<int:pk>/matches/<int:key>/remove/", contributions.unmatch, name="unmatch"),
    path("exchanges/<int:pk>/programme/", programme.programme, name="programme"),
    path("exchanges/<int:pk>/programme/add/", programme.add_to_programme, name="add_to_programme"),
    path("exchanges/<int:pk>/programme/<int:key>/", programme.change_programme, name="change_programme"),
    path(
        "exchanges/<int:pk>/programme/<int:key>/remove/", programme.remove_from_programme, name="remove_from_programme"
    ),
    path("exchanges/<int:pk>/minutes/", outcomes.minutes, name="minutes"),
    path("exchanges/<int:pk>/minutes/write/", outcomes.write_minutes, name="write_minutes"),
    path("exchanges/<int:pk>/commitments/add/", outcomes.record_commitment, name="record_commitment"),
    path("exchanges/<int:pk>/feedback/", outcomes.give_feedback, name="give_feedback"),
]
