"""URLs of the cohorts app; each folder has its own module of URLs."""

from django.urls import URLPattern

from cohorts.access_requests import urls as access_requests
from cohorts.assessments import urls as assessments
from cohorts.attendance import urls as attendance
from cohorts.budget import urls as budget
from cohorts.calendars import urls as calendars
from cohorts.calls import urls as calls
from cohorts.cohort import urls as cohort
from cohorts.group_roles import urls as group_roles
from cohorts.guests import urls as guests
from cohorts.invitations import urls as invitations
from cohorts.lab import urls as lab
from cohorts.methods import urls as methods
from cohorts.opening import urls as opening
from cohorts.people import urls as people
from cohorts.sessions import urls as sessions
from cohorts.stakeholders import urls as stakeholders
from cohorts.teams import urls as teams

app_name = "cohorts"
url_modules = (
    opening,
    cohort,
    calendars,
    people,
    invitations,
    sessions,
    methods,
    attendance,
    stakeholders,
    guests,
    teams,
    budget,
    assessments,
    access_requests,
    calls,
    lab,
    group_roles,
)
urlpatterns: list[URLPattern] = [route for module in url_modules for route in module.urlpatterns]
