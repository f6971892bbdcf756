"""URLs of the directory and of peer visits; they lie below the page of the network."""

from django.urls import path

from exchanges.peers.views import directory, visits

urlpatterns = [
    path("network/directory/", directory.directory, name="directory"),
    path("network/directory/mine/", directory.own_profile, name="own_profile"),
    path("network/directory/leave/", directory.leave_directory, name="leave_directory"),
    path("network/directory/<int:pk>/visit/", visits.ask_for_visit, name="ask_for_visit"),
    path("network/visits/<int:pk>/", visits.visit, name="visit"),
    path("network/visits/<int:pk>/agree/", visits.agree_to_visit, name="agree_to_visit"),
    path("network/visits/<int:pk>/decline/", visits.decline_visit, name="decline_visit"),
    path("network/visits/<int:pk>/cancel/", visits.cancel_visit, name="cancel_visit"),
    path("network/visits/<int:pk>/report/", visits.report_visit, name="report_visit"),
    path("network/visits/<int:pk>/address/", visits.share_address, name="share_address"),
]
