"""Cohorts and their phases, people, sessions, stakeholders and innovation teams."""

from cohorts.access_requests.models import AccessRequest
from cohorts.assessments.models import Assessment
from cohorts.attendance.models import Attendance
from cohorts.budget.models import Agreement, BudgetLine, DayRate, Funder, Statement
from cohorts.calendars.models import Replanning
from cohorts.calls.models import Application, ApplicationPerson, ApplicationRating, Call, CallReviewer
from cohorts.cohort.models import Cohort, Phase
from cohorts.group_roles.models import GroupGrant, GroupRule, ProviderGroups
from cohorts.guests.models import StakeholderContact
from cohorts.invitations.invited_addresses import InvitedAddress, InvitedPerson
from cohorts.invitations.models import Invitation
from cohorts.methods.models import SessionMethod
from cohorts.people.models import Membership
from cohorts.sessions.models import Session, SessionDay
from cohorts.stakeholders.models import Stakeholder
from cohorts.teams.models import InnovationTeam, TeamFollowUp
