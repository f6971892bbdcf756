"""Addresses of the cohorts app."""

from django.urls import URLPattern, path

from cohorts.views import acts, cohorts, members, opening

app_name = "cohorts"

opening_routes = [
    path("open-edition/", opening.open_edition, name="open_edition"),
    path("open-edition/authorities/", opening.choose_authorities, name="choose_authorities"),
    path("open-edition/review/", opening.review_edition, name="review_edition"),
    path("editions/<slug:slug>/cohorts/new/", opening.add_cohort, name="add_cohort"),
]
cohort_routes = [
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/<slug:slug>/", cohorts.cohort, name="cohort"),
    path("cohorts/<slug:slug>/edit/", cohorts.edit_cohort, name="edit_cohort"),
    path("cohorts/<slug:slug>/dates/", cohorts.reschedule_cohort, name="reschedule_cohort"),
    path("cohorts/<slug:slug>/budget/", cohorts.change_budget, name="change_budget"),
    path("cohorts/<slug:slug>/new-days/", cohorts.replan_sessions, name="replan_sessions"),
]
act_routes = [
    path("cohorts/<slug:slug>/agree/", acts.take_step, {"act": acts.AGREE}, name="agree_cohort"),
    path("cohorts/<slug:slug>/start/", acts.take_step, {"act": acts.START}, name="start_cohort"),
    path("cohorts/<slug:slug>/suspend/", acts.take_step, {"act": acts.SUSPEND}, name="suspend_cohort"),
    path("cohorts/<slug:slug>/resume/", acts.take_step, {"act": acts.RESUME}, name="resume_cohort"),
    path("cohorts/<slug:slug>/complete/", acts.take_step, {"act": acts.COMPLETE}, name="complete_cohort"),
    path("cohorts/<slug:slug>/alumni/", acts.take_step, {"act": acts.BECOME_ALUMNI}, name="become_alumni"),
    path("cohorts/<slug:slug>/withdraw/", acts.take_step, {"act": acts.WITHDRAW}, name="withdraw_cohort"),
]
member_routes = [
    path("cohorts/<slug:slug>/members/", members.members, name="members"),
    path("cohorts/<slug:slug>/members/new/", members.add_member, name="add_member"),
    path("cohorts/<slug:slug>/members/<int:pk>/", members.edit_membership, name="edit_membership"),
    path("cohorts/<slug:slug>/members/<int:pk>/end/", members.end_membership, name="end_membership"),
]
urlpatterns: list[URLPattern] = [*opening_routes, *cohort_routes, *act_routes, *member_routes]
