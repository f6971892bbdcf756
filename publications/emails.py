"""The e-mails about publications: to those who may approve one, to lab staff when no admin can, and to its authors when
a consent ends it.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.lab.filters import STAFF_BUT_READERS
from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from notifications.reminders.recipients import Audiences, platform_today
from programmes.models import AuthorityAdmin
from publications.actions import (
    APPROVERS_AUDIENCE,
    AUTHORS_AUDIENCE,
    LAB_AUDIENCE,
    SUBMITTED_EMAIL,
    WITHDRAWN_EMAIL,
    WITHOUT_ADMIN_EMAIL,
)
from publications.enums import Approval, PublicationState
from publications.models import Publication, PublicationQuerySet

PAGE: Final = "publications:publication"
LEADING: Final = (MembershipRole.COORDINATOR, MembershipRole.PILOT)
WAITING_EMAILS: Final = (SUBMITTED_EMAIL, WITHOUT_ADMIN_EMAIL)
BY_ADMIN: Final = (Approval.ADMIN, Approval.ADMIN_AND_SECOND)
NO_LONGER_WAITING: Final = "approved"  # reason, as stored
TEXTS: Final = EmailTemplates(
    {
        SUBMITTED_EMAIL: EmailTemplate(
            about=_("please approve a publication"),
            subject=_("“%(title)s”: %(person)s asks you to approve it"),
            paragraphs=(
                _("%(person)s asks you to approve a page that anyone will read: “%(title)s”."),
                _("Read it in French and in English, then publish it or return it to draft."),
            ),
            button=_("Read the version"),
            url_name=PAGE,
        ),
        WITHOUT_ADMIN_EMAIL: EmailTemplate(
            about=_("no admin can approve a publication"),
            subject=_("“%(title)s”: no admin can approve it"),
            paragraphs=(
                _(
                    "%(person)s submitted the page “%(title)s”. It needs the approval of an admin of the authority, and"
                    " there is no admin who can give it."
                ),
                _("Name an admin on the page of the authority, and ask this person to approve the page."),
            ),
            button=_("See the version"),
            url_name=PAGE,
        ),
        WITHDRAWN_EMAIL: EmailTemplate(
            about=_("a page is no longer public"),
            subject=_("“%(title)s” is no longer public"),
            paragraphs=(
                _(
                    "The page “%(title)s” named a person who no longer agrees, or whose account was erased. It was"
                    " withdrawn."
                ),
                _("You can prepare a new version that does not name this person."),
            ),
            button=_("See the version"),
            url_name=PAGE,
        ),
    },
    {
        APPROVERS_AUDIENCE: (
            _("Those who may approve it"),
            _("You are receiving this e-mail because you may approve this publication."),
        ),
        LAB_AUDIENCE: (_("Lab"), _("You are receiving this e-mail because you are lab staff.")),
        AUTHORS_AUDIENCE: (
            _("Those who wrote, submitted and approved it"),
            _("You are receiving this e-mail because you wrote, submitted or approved this page."),
        ),
    },
)


def _approvers(pk: int, today: date) -> Q:
    """Return a filter for the people who may approve the version with this key on the day `today`, without the person
    who submitted it.

    They are the admins of the authority and, unless an admin has to approve it, coordinators and pilots of the cohort.
    Where there is none of them, lab staff but its readers; nobody where an admin has to approve it.
    """
    row = Publication.objects.filter(pk=pk)
    by_admin = Exists(row.filter(approval__in=BY_ADMIN))
    admins = AuthorityAdmin.objects.active(today).filter(authority__cohorts__publications=pk)
    members = Membership.objects.active(today).filter(cohort__publications=pk, role__in=LEADING)
    leads = Q(pk__in=admins.values("user")) | Q(pk__in=members.values("user")) & ~Q(by_admin)
    others = User.objects.filter(leads, ~Q(pk__in=row.values("submitted_by")), is_active=True)
    lab = STAFF_BUT_READERS & ~Q(Exists(others)) & ~Q(by_admin)
    return (Q(pk__in=others.values("pk")) | lab) & ~Q(pk__in=row.values("submitted_by"))


def _authors(pk: int, _today: date) -> Q:
    """Return a filter for the people who wrote, submitted and approved the version with this key."""
    row = Publication.objects.filter(pk=pk)
    columns = ("written_by", "submitted_by", "published_by")
    return Q(pk__in=row.values(columns[0])) | Q(pk__in=row.values(columns[1])) | Q(pk__in=row.values(columns[2]))


def _lab(_pk: int, _today: date) -> Q:
    """Return a filter for lab staff but its readers, whatever the version."""
    return STAFF_BUT_READERS


def _events(_email_types: Collection[str]) -> PublicationQuerySet:
    """Return the query for versions with the person who submitted them; the types of e-mail do not matter."""
    return Publication.objects.select_related("submitted_by").order_by()


def _stop_reason(row: Publication, email_type: str, _at: datetime) -> str:
    """Return `NO_LONGER_WAITING` for e-mails about the approval of a version that does not wait for it, else ""."""
    return NO_LONGER_WAITING if email_type in WAITING_EMAILS and row.state != PublicationState.SUBMITTED else ""


PUBLICATIONS: Final = Audiences(
    events=_events,
    today=platform_today,
    people={APPROVERS_AUDIENCE: _approvers, LAB_AUDIENCE: _lab, AUTHORS_AUDIENCE: _authors},
    event_stop_reason=_stop_reason,
    event_name=str,
)


def render(reminder: Reminder, row: Publication, _user: User, language: str) -> EmailPart:
    """Return the e-mail about a version; its button opens the page on which people prepare and approve it."""
    person = row.submitted_by.full_name if row.submitted_by else ""
    return TEXTS.part(reminder, {"title": row.title(language), "person": person})


def _in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the versions about cohorts in a command's scope; of all versions without a limit."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Publication.objects.filter(**limits).values_list("pk", flat=True))


def _names(pks: Collection[int]) -> dict[int, str]:
    """Return the title of each version by its key (one statement)."""
    return {row.pk: str(row) for row in Publication.objects.filter(pk__in=pks)}


KIND: Final = EventKind(
    label=_("Publications"),
    recipients=PUBLICATIONS.recipients,
    check=PUBLICATIONS.check,
    find=PUBLICATIONS.find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse(PAGE, args=[reminder.object_id]),
    in_scope=_in_scope,
    names=_names,
    can_see=lambda user, pk: Publication.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=PUBLICATIONS.sizes,
    stop_reason=PUBLICATIONS.stop_reason,
    reasons={NO_LONGER_WAITING: _("the version no longer waits for approval")},
)
