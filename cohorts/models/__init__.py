"""Cohorts and their phases, people, sessions, stakeholders and innovation teams."""

from cohorts.access_requests.models import AccessRequest
from cohorts.invitations.invited_addresses import InvitedAddress, InvitedPerson
from cohorts.assessments.models import Assessment
from cohorts.cohort.models import Cohort, Phase
from cohorts.invitations.models import Invitation, InvitationList
from cohorts.people.models import InnovationTeam, Membership, Stakeholder
from cohorts.calendars.models import Replanning
from cohorts.sessions.models import Attendance, Session, SessionDay

__all__ = [
    "AccessRequest",
    "Assessment",
    "Attendance",
    "Cohort",
    "InnovationTeam",
    "Invitation",
    "InvitationList",
    "InvitedAddress",
    "InvitedPerson",
    "Membership",
    "Phase",
    "Replanning",
    "Session",
    "SessionDay",
    "Stakeholder",
]
