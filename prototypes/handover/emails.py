"""What the letters of ideas bring to the platform's post: see `docs/letters.md`."""

from collections.abc import Collection
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.emails.texts import Texts, Words
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart, Scope
from programmes.enums import LadderKind
from programmes.formats.reminder_schedules import rules_of
from programmes.registries import LadderRules
from prototypes.handover.recipients import IDEAS, ONCE, REASONS
from prototypes.handover.reminders import LIVE_YET, handover_of
from prototypes.implementations.models import counted_implementations
from prototypes.models import Idea
from web.text import formats

FOLLOW_UP: Final = Words(
    about=_("is the idea still live?"),
    subject=_("%(idea)s: is it still live?"),
    paragraphs=(
        _("%(idea)s went live (%(day)s). Is it still live today, in full or in part? Was it discontinued?"),
        _(
            "Record what has happened on the page of the idea, with evidence. If you cannot, tell the pilot of"
            " %(cohort)s."
        ),
        _("An idea that did not work counts as much as one that did. The published rates are based on these answers."),
    ),
    button=pgettext_lazy("idea", "Say what became of the idea"),
    leads="prototypes:idea",
)
LIVE_YET_ASKED: Final = Words(
    about=_("is the idea live yet?"),
    subject=_("%(idea)s: is it live yet?"),
    paragraphs=(
        _("%(idea)s was handed over (%(day)s). Is it live yet, in full or in part? Was it abandoned?"),
        _(
            "Record what has happened on the page of the idea, with evidence. If you cannot, tell the pilot of"
            " %(cohort)s."
        ),
        _("An idea that did not work counts as much as one that did. The published rates are based on these answers."),
    ),
    button=pgettext_lazy("idea", "Say what became of the idea"),
    leads="prototypes:idea",
)
OWNS: Final = _("You get this e-mail because you own %(idea)s.")
STANDS_IN: Final = _(
    "You get this e-mail because the owner of %(idea)s has left and you are in charge of the idea in %(cohort)s."
)
UNOWNED: Final = _("You get this e-mail because nobody owns %(idea)s and you are in charge of the idea in %(cohort)s.")
TEXTS: Final = Texts({"idea_follow_up": FOLLOW_UP, LIVE_YET: LIVE_YET_ASKED}, {"owner": (_("The idea’s owner"), OWNS)})


def render(reminder: Reminder, idea: Idea, user: User, language: str) -> LetterPart:
    """The question, in the language that is active: it leads to the idea's page, where the answer is recorded."""
    day = _handed_over(idea, language) if reminder.letter == LIVE_YET else _live_since(idea, language)
    values = {"idea": str(idea), "day": day, "cohort": idea.cohort.name}
    return TEXTS.part(reminder, values, why=why(idea, user))


def why(idea: Idea, user: User) -> StrOrPromise:
    """Whether the reader owns it, or stands in."""
    if idea.owner_id is None:
        return UNOWNED
    return OWNS if idea.owner_id == user.pk else STANDS_IN


def href(reminder: Reminder) -> str:
    return reverse("prototypes:idea", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Each idea with its cohort (one statement)."""
    rows = Idea.objects.filter(pk__in=pks).select_related("cohort")
    return {idea.pk: f"{idea} · {idea.cohort.name}" for idea in rows}


def within(scope: Scope) -> set[int]:
    """Ids of the ideas of an edition, a cohort or an authority."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Idea.objects.measured().filter(**limits).values_list("pk", flat=True))


def _handed_over(idea: Idea, language: str) -> str:
    """The day, no more precise than it is known."""
    event = handover_of(idea)
    if event is None or event.effective_on is None:
        return ""
    return formats.precise_to(event.effective_on, event.precision, language)


def _live_since(idea: Idea, language: str) -> str:
    """The day it went live; before that the day of hand-over, from which e-mails planned earlier count."""
    first = next(iter(counted_implementations(idea.implementations.all())), None)
    if first is None or first.live_on is None:
        return _handed_over(idea, language)
    return formats.precise_to(first.live_on, first.live_precision, language)


RULES = LadderRules(rules_of(LadderKind.IDEA, alone=()))
IDEA = EventKind(
    label=_("Handed-over ideas"),
    recipients=IDEAS.recipients,
    check=IDEAS.check,
    find=IDEAS.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    within=within,
    names=names,
    seen_by=lambda user, pk: Idea.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=IDEAS.sizes,
    stops=IDEAS.stops,
    reasons=REASONS,
    once=ONCE,
)
