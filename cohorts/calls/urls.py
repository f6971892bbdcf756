"""Addresses of calls, applications, and the pages behind an applicant's link."""

from django.urls import URLPattern, path

from cohorts.calls.views import applicants, applications, calls

urlpatterns: list[URLPattern] = [
    path("calls/", calls.calls, name="calls"),
    path("calls/new/", calls.add_call, name="add_call"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/edit/", calls.edit_call, name="edit_call"),
    path("calls/<int:pk>/publish/", calls.publish_call, name="publish_call"),
    path("calls/<int:pk>/close/", calls.close_call, name="close_call"),
    path("calls/<int:pk>/withdraw/", calls.withdraw_call, name="withdraw_call"),
    path("calls/<int:pk>/extend/", calls.extend_call, name="extend_call"),
    path("calls/<int:pk>/reviewers/new/", calls.add_reviewer, name="add_reviewer"),
    path("calls/<int:pk>/reviewers/<int:reviewer_pk>/remove/", calls.remove_reviewer, name="remove_reviewer"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/review/", applications.review_application, name="review_application"),
    path("applications/<int:pk>/decide/", applications.decide_application, name="decide_application"),
    path("applications/<int:pk>/cohort/", applications.open_cohort, name="open_cohort"),
    path("apply/<slug:slug>/", applicants.apply, name="apply"),
    path("own-application/<str:token>/", applicants.own_application, name="own_application"),
    path("own-application/<str:token>/withdraw/", applicants.withdraw_own_application, name="withdraw_own_application"),
    path("own-application/<str:token>/erase/", applicants.erase_own_application, name="erase_own_application"),
    path("own-application/<str:token>/<slug:step>/", applicants.own_application_step, name="own_application_step"),
]
