"""The letters that ask how an idea stands after six months without a sign: whom, when not, and what they say."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Exists, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.emails.texts import Texts, Words
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart
from notifications.reminders.recipients import Audiences
from prototypes.enums import IDEA_REPLACED
from prototypes.handover.emails import OWNS, names, why, within
from prototypes.handover.recipients import AUDIENCES, REASONS, today_of
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from web.text import formats

SIGNED: Final = "signed"
UNCONFIRMED: Final = Words(
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
    leads="prototypes:confirm_idea",
)
TEXTS: Final = Texts({"idea_unconfirmed": UNCONFIRMED}, {"owner": (_("The idea’s owner"), OWNS)})


def _events(_letters: Collection[str]) -> IdeaQuerySet:
    return Idea.objects.select_related("cohort").order_by()


def _out_of_place(idea: Idea, _letter: str, _at: datetime) -> str:
    """The reason why nobody needs to know how the idea stands."""
    if idea.state in IDEA_REPLACED:
        return str(idea.state)
    return "" if idea.accepted_on and not idea.retrospective else "corrected"


def _asked(reminder: Reminder, today: Combinable) -> Q:
    """The owner, or those who stand in, as long as the last sign is the one from which the reminder counts."""
    still = Idea.objects.filter(pk=reminder.object_id, last_sign_on=reminder.event_day)
    audience = AUDIENCES.get(reminder.audience)
    return audience(reminder.object_id, today) & Q(Exists(still)) if audience else Q(pk__in=[])


def _why_not(idea: Idea, reminder: Reminder, _user: User, _today: Combinable) -> str:
    return "left" if idea.last_sign_on == reminder.event_day else SIGNED


SILENT: Final = Audiences(
    events=_events,
    today=today_of,
    people=AUDIENCES,
    out_of_place=_out_of_place,
    why_not=_why_not,
    special=_asked,
    on_the_day={"owner"},
)


def render(reminder: Reminder, idea: Idea, user: User, language: str) -> LetterPart:
    """The question, in the language that is active: its page shows how the idea stands, and asks."""
    day = formats.short_day(idea.last_sign_on, language) if idea.last_sign_on else ""
    values = {"idea": str(idea), "state": idea.state_text, "day": day, "cohort": idea.cohort.name}
    return TEXTS.part(reminder, values, why=why(idea, user))


def href(reminder: Reminder) -> str:
    return reverse("prototypes:confirm_idea", args=[reminder.object_id])


KIND: Final = EventKind(
    label=_("Unconfirmed ideas"),
    recipients=SILENT.recipients,
    check=SILENT.check,
    find=SILENT.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    within=within,
    names=names,
    seen_by=lambda user, pk: Idea.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=SILENT.sizes,
    stops=SILENT.stops,
    reasons={name: REASONS[name] for name in ("merged", "split", "corrected")}
    | {SIGNED: _("the idea was updated since then")},
)
