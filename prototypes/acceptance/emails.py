"""The e-mail that asks those who may accept an idea to do so: recipients and texts."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Exists, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.lab.filters import STAFF_BUT_READERS
from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import EmailPart, EventKind
from notifications.reminders.recipients import Audiences
from prototypes.acceptance.actions import LEADS_AUDIENCE, REQUEST_EMAIL
from prototypes.enums import IdeaState
from prototypes.handover.emails import idea_names, in_scope
from prototypes.handover.recipients import name_with_cohort, today_of
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea

LEADING: Final = (MembershipRole.COORDINATOR, MembershipRole.PILOT)
NO_LONGER_WAITING: Final = "accepted"  # reason, as stored
TEXTS: Final = EmailTemplates(
    {
        REQUEST_EMAIL: EmailTemplate(
            about=_("please accept an idea"),
            subject=_("%(idea)s: %(person)s asks you to accept it"),
            paragraphs=(
                _("%(person)s asks you to accept %(idea)s (%(cohort)s)."),
                _("From the day you accept it, the idea counts in the implementation rates."),
            ),
            button=_("Read the idea"),
            url_name="prototypes:idea",
        )
    },
    {
        LEADS_AUDIENCE: (
            _("Those who may accept the idea"),
            _("You are receiving this e-mail because you may accept ideas of %(cohort)s."),
        )
    },
)


def _leads(idea_id: int, today: Combinable) -> Q:
    """Return a filter for the coordinators and pilots of the cohort of the idea on the day `today`; for lab staff but
    its readers where there is none.
    """
    members = Membership.objects.active(today).filter(cohort__ideas=idea_id, role__in=LEADING)
    leads = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return Q(pk__in=leads.values("pk")) | (STAFF_BUT_READERS & ~Q(Exists(leads)))


def _events(_email_types: Collection[str]) -> IdeaQuerySet:
    """Return the query for ideas with their cohort and the request; the types of e-mail do not matter."""
    return Idea.objects.select_related("cohort", "acceptance_request__by").order_by()


def _stop_reason(idea: Idea, _email_type: str, _at: datetime) -> str:
    """Return `NO_LONGER_WAITING` for an idea that does not wait to be accepted, else ""."""
    return "" if idea.state == IdeaState.CAPTURED else NO_LONGER_WAITING


IDEAS: Final = Audiences(
    events=_events,
    today=today_of,
    people={LEADS_AUDIENCE: _leads},
    event_stop_reason=_stop_reason,
    event_name=name_with_cohort,
)


def render(reminder: Reminder, idea: Idea, _user: User, _language: str) -> EmailPart:
    """Return the e-mail that asks to accept an idea; its button opens the page of the idea."""
    values = {"idea": str(idea), "person": idea.acceptance_request.by.full_name, "cohort": idea.cohort.name}
    return TEXTS.part(reminder, values)


KIND: Final = EventKind(
    label=_("Requests for acceptance"),
    recipients=IDEAS.recipients,
    check=IDEAS.check,
    find=IDEAS.find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse("prototypes:idea", args=[reminder.object_id]),
    in_scope=in_scope,
    names=idea_names,
    can_see=lambda user, pk: Idea.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=IDEAS.sizes,
    stop_reason=IDEAS.stop_reason,
    reasons={NO_LONGER_WAITING: _("the idea no longer waits to be accepted")},
)
