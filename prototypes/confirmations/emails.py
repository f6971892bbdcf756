"""The e-mails that ask for the state of an idea after six months without an update: recipients and texts."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Exists, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import EmailPart, EventKind
from notifications.reminders.recipients import Audiences
from prototypes.enums import IDEA_REPLACED
from prototypes.handover.emails import OWNS, idea_names, in_scope, recipient_reason
from prototypes.handover.recipients import AUDIENCES, REASONS, name_with_cohort, today_of
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from web.text import formats

UPDATED_SINCE: Final = "signed"  # reason, as stored: the idea was updated since the e-mail was planned
UNCONFIRMED: Final = EmailTemplate(
    about=_("is the state of the idea still correct?"),
    subject=_("%(idea)s: is this still correct?"),
    paragraphs=(
        _("%(idea)s is recorded as “%(state)s”. The last update was on %(day)s."),
        _("Is this still correct, or has something changed? Say so on the page of the idea, with evidence."),
        _(
            "The published rates say how many ideas were confirmed in the last six months. Your answer makes"
            " them more reliable."
        ),
    ),
    button=_("Confirm or change"),
    url_name="prototypes:confirm_idea",
)
TEXTS: Final = EmailTemplates({"idea_unconfirmed": UNCONFIRMED}, {"owner": (_("The idea’s owner"), OWNS)})


def _events(_email_types: Collection[str]) -> IdeaQuerySet:
    """Return the query for ideas with their cohort, from which the idea of a reminder is read; the types of e-mail do
    not matter.
    """
    return Idea.objects.select_related("cohort").order_by()


def _not_needed_reason(idea: Idea, _email: str, _at: datetime) -> str:
    """Return the reason why nobody needs an e-mail about this idea, "merged", "split" or "corrected" (not accepted any
    more); else "".

    Type of e-mail and time do not matter.
    """
    if idea.state in IDEA_REPLACED:
        return str(idea.state)
    return "" if idea.accepted_on and not idea.retrospective else "corrected"


def _audience_while_unconfirmed(reminder: Reminder, today: Combinable) -> Q:
    """Return a filter for the owner of the reminder's idea, or else for the pilots and admins who stand in; for nobody
    after an update.

    An update counts if it is later than the one for which the reminder was planned. `today` is an expression for the
    local date of the idea's authority.
    """
    unchanged = Idea.objects.filter(pk=reminder.object_id, last_update_on=reminder.event_day)
    audience = AUDIENCES.get(reminder.audience)
    return audience(reminder.object_id, today) & Q(Exists(unchanged)) if audience else Q(pk__in=[])


def _no_longer_recipient_reason(idea: Idea, reminder: Reminder, _user: User, _today: Combinable) -> str:
    """Return the reason why a person gets no e-mail about the idea any more: `UPDATED_SINCE`, else "left"."""
    return "left" if idea.last_update_on == reminder.event_day else UPDATED_SINCE


UNCONFIRMED_IDEAS: Final = Audiences(
    events=_events,
    today=today_of,
    people=AUDIENCES,
    event_stop_reason=_not_needed_reason,
    exclusion_reason=_no_longer_recipient_reason,
    event_name=name_with_cohort,
    audience_override=_audience_while_unconfirmed,
    uncountable_audiences={"owner"},
)


def render(reminder: Reminder, idea: Idea, user: User, language: str) -> EmailPart:
    """Return the part of an e-mail in `language` that asks whether the state of one idea is still correct.

    Its button opens the page that confirms the idea.
    """
    day = formats.short_day(idea.last_update_on, language) if idea.last_update_on else ""
    values = {"idea": str(idea), "state": idea.state_text, "day": day, "cohort": idea.cohort.name}
    return TEXTS.part(reminder, values, why=recipient_reason(idea, user))


def href(reminder: Reminder) -> str:
    """Return the URL of the page on which the idea of the reminder is confirmed."""
    return reverse("prototypes:confirm_idea", args=[reminder.object_id])


KIND: Final = EventKind(
    label=_("Unconfirmed ideas"),
    recipients=UNCONFIRMED_IDEAS.recipients,
    check=UNCONFIRMED_IDEAS.check,
    find=UNCONFIRMED_IDEAS.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    in_scope=in_scope,
    names=idea_names,
    can_see=lambda user, pk: Idea.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=UNCONFIRMED_IDEAS.sizes,
    stop_reason=UNCONFIRMED_IDEAS.stop_reason,
    can_wait=True,
    reasons={name: REASONS[name] for name in ("merged", "split", "corrected")}
    | {UPDATED_SINCE: _("the idea was updated since then")},
)
