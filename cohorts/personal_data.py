"""Everything that cohorts keep about people: their own copy of it, how long it is kept, how it is erased."""

from datetime import datetime
from typing import Final

from accounts.hooks import PrivacyHooks
from accounts.models import User
from cohorts.access_requests import personal_data as requests
from cohorts.budget import personal_data as budget
from cohorts.calls import personal_data as calls
from cohorts.group_roles import personal_data as group_roles
from cohorts.guests import personal_data as guests
from cohorts.invitations import personal_data as invitations
from cohorts.invitations.actions.retention import erase_invitations
from cohorts.people import personal_data as people
from cohorts.teams import personal_data as teams


def erase(*, user: User, at: datetime) -> None:
    """Erase the data of a person in this app: memberships end on the day of the moment `at`, access requests are
    deleted.

    Groups at identity providers and applications to calls are deleted. Invitations lose the name and address;
    stakeholders with this address are erased.
    """
    people.end_memberships(user=user, at=at)
    requests.erase(user=user, at=at)
    group_roles.erase(user=user, at=at)
    guests.erase(user=user, at=at)
    calls.erase(user=user, at=at)
    erase_invitations(user=user, at=at)


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "memberships": people.MEMBERSHIPS,
        "attendance": people.ATTENDANCE,
        "access_requests": requests.PERSONAL,
        "invitations": invitations.INVITATIONS,
        "team_follow_ups": teams.FOLLOW_UPS,
        "stakeholder_contacts": guests.CONTACTS,
        "statements": budget.STATEMENTS,
        "applications": calls.APPLICATIONS,
        "named_in_applications": calls.NAMED,
        "reviewed_calls": calls.REVIEWER,
        "application_ratings": calls.RATINGS,
        "provider_groups": group_roles.GROUPS,
        "group_grants": group_roles.GRANTS,
    },
    retentions={
        "access_requests": requests.RETENTION,
        "invitations": invitations.RETENTION,
        "guests": guests.RETENTION,
        "stakeholder_contacts": guests.CONTACT_RETENTION,
        "applications": calls.RETENTION,
        "provider_groups": group_roles.RETENTION,
    },
    erase=erase,
    journal=(*guests.JOURNAL, *calls.JOURNAL),
)
