"""Addresses of the cohorts app, those of each folder in its own module."""

from django.urls import URLPattern

from cohorts.access_requests import urls as access_requests
from cohorts.assessments import urls as assessments
from cohorts.attendance import urls as attendance
from cohorts.calendars import urls as calendars
from cohorts.cohort import urls as cohort
from cohorts.invitations import urls as invitations
from cohorts.opening import urls as opening
from cohorts.people import urls as people
from cohorts.sessions import urls as sessions
from cohorts.stakeholders import urls as stakeholders
from cohorts.teams import urls as teams

app_name = "cohorts"
rooms = (
    opening,
    cohort,
    calendars,
    people,
    invitations,
    sessions,
    attendance,
    stakeholders,
    teams,
    assessments,
    access_requests,
)
urlpatterns: list[URLPattern] = [route for room in rooms for route in room.urlpatterns]
