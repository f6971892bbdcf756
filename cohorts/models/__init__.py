"""Cohorts and their phases, people, sessions, stakeholders and innovation teams."""

from cohorts.models.access import AccessRequest
from cohorts.models.assessments import Assessment
from cohorts.models.cohorts import Cohort, Phase
from cohorts.models.invitations import Invitation, InvitationList
from cohorts.models.people import InnovationTeam, Membership, Stakeholder
from cohorts.models.replanning import Replanning
from cohorts.models.sessions import Attendance, Session, SessionDay

__all__ = [
    "AccessRequest",
    "Assessment",
    "Attendance",
    "Cohort",
    "InnovationTeam",
    "Invitation",
    "InvitationList",
    "Membership",
    "Phase",
    "Replanning",
    "Session",
    "SessionDay",
    "Stakeholder",
]
