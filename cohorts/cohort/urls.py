"""URLs of the pages of cohorts, and of the actions on their state."""

from django.urls import URLPattern, path

from cohorts.cohort.views import cohorts, life_cycle

urlpatterns: list[URLPattern] = [
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/<slug:slug>/", cohorts.cohort, name="cohort"),
    path("cohorts/<slug:slug>/edit/", cohorts.edit_cohort, name="edit_cohort"),
    path("cohorts/<slug:slug>/dates/", cohorts.reschedule_cohort, name="reschedule_cohort"),
    path("cohorts/<slug:slug>/agree/", life_cycle.take_step, {"action": life_cycle.AGREE}, name="agree_cohort"),
    path("cohorts/<slug:slug>/start/", life_cycle.take_step, {"action": life_cycle.START}, name="start_cohort"),
    path("cohorts/<slug:slug>/suspend/", life_cycle.take_step, {"action": life_cycle.SUSPEND}, name="suspend_cohort"),
    path("cohorts/<slug:slug>/resume/", life_cycle.take_step, {"action": life_cycle.RESUME}, name="resume_cohort"),
    path(
        "cohorts/<slug:slug>/complete/", life_cycle.take_step, {"action": life_cycle.COMPLETE}, name="complete_cohort"
    ),
    path(
        "cohorts/<slug:slug>/alumni/", life_cycle.take_step, {"action": life_cycle.BECOME_ALUMNI}, name="become_alumni"
    ),
    path(
        "cohorts/<slug:slug>/withdraw/", life_cycle.take_step, {"action": life_cycle.WITHDRAW}, name="withdraw_cohort"
    ),
]
