"""URLs of the pages about attendance."""

from django.urls import URLPattern, path

from cohorts.attendance.views import check_in, participants, recording

urlpatterns: list[URLPattern] = [
    path("sessions/<int:pk>/attendance/", recording.record_attendance, name="record_attendance"),
    path("sessions/<int:pk>/invite/", recording.invite_to_session, name="invite_to_session"),
    path("sessions/<int:pk>/answer/", recording.answer_session, name="answer_session"),
    path("sessions/<int:pk>/code/", check_in.own_session_code, name="own_session_code"),
    path("sessions/<int:pk>/participants/", participants.session_participants, name="session_participants"),
    path("sessions/<int:pk>/participants/badges/", participants.session_badges, name="session_badges"),
    path(
        "sessions/<int:pk>/participants/sign-in-sheet/",
        participants.session_sign_in_sheet,
        name="session_sign_in_sheet",
    ),
    path("sessions/<int:pk>/participants/walk-in/", check_in.session_walk_in, name="session_walk_in"),
    path("sessions/<int:pk>/participants/member/<int:member>/", check_in.check_in_member, name="check_in_member"),
    path(
        "sessions/<int:pk>/participants/stakeholder/<int:stakeholder>/",
        check_in.check_in_stakeholder,
        name="check_in_stakeholder",
    ),
]
