"""The follow-up e-mails of handed-over ideas: texts, recipients and the reminder schedule."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import Role
from cohorts.models import Cohort
from cohorts.permissions import role_of_each
from notifications.emails.placeholders import Placeholder, Wording
from notifications.emails.texts import LINK_PLACEHOLDER, EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from programmes.enums import ReminderScheduleKind
from programmes.formats.reminder_schedules import rules_of
from programmes.formats.wordings import wording_of
from programmes.hooks import ReminderScheduleRules
from prototypes.handover.recipients import IDEAS, ONCE, REASONS, name_with_cohort
from prototypes.handover.reminders import LIVE_YET, handover_of
from prototypes.implementations.models import counted_implementations
from prototypes.models import Idea
from web.dates.clock import platform_day
from web.text import formats

FOLLOW_UP: Final = EmailTemplate(
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
    button=pgettext_lazy("idea", "Record the outcome of the idea"),
    url_name="prototypes:idea",
)
LIVE_YET_QUESTION: Final = EmailTemplate(
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
    button=pgettext_lazy("idea", "Record the outcome of the idea"),
    url_name="prototypes:idea",
)
OWNS: Final = _("You are receiving this e-mail because you own %(idea)s.")
IN_PLACE_OF_OWNER: Final = _(
    "You are receiving this e-mail because the owner of %(idea)s has left and you are in charge of the idea in"
    " %(cohort)s."
)
UNOWNED: Final = _(
    "You are receiving this e-mail because nobody owns %(idea)s and you are in charge of the idea in %(cohort)s."
)
PLACEHOLDERS: Final = {
    "idea": Placeholder(
        pgettext_lazy("placeholder", "idea"),
        _("the reference and the title of the idea"),
        _("PDL-003 A simpler form for small firms"),
        required=True,
    ),
    "day": Placeholder(
        pgettext_lazy("placeholder", "day"),
        _("the day on which the idea went live"),
        _("12 March 2026"),
        optional=True,
    ),
    "cohort": Placeholder(pgettext_lazy("placeholder", "cohort"), _("the name of the cohort"), _("Sample authority")),
    **LINK_PLACEHOLDER,
}
TEXTS: Final = EmailTemplates(
    {"idea_follow_up": FOLLOW_UP, LIVE_YET: LIVE_YET_QUESTION},
    {"owner": (_("The idea’s owner"), OWNS)},
    PLACEHOLDERS,
)


def render(reminder: Reminder, idea: Idea, user: User, language: str, wording: Wording | None = None) -> EmailPart:
    """Return the part of an e-mail in `language` that asks whether one idea is live yet, or still is, as the reminder
    says.

    Its button opens the page of the idea. Without a `wording` it is that of the edition's format.
    """
    day = _handed_over(idea, language) if reminder.email_type == LIVE_YET else _live_since(idea, language)
    values = {"idea": str(idea), "day": day, "cohort": idea.cohort.name}
    wording = wording or wording_of(idea, reminder, language)
    return TEXTS.part(reminder, values, why=recipient_reason(idea, user), wording=wording)


def recipient_reason(idea: Idea, user: User) -> StrOrPromise:
    """Return the sentence that tells the person why they get an e-mail about the idea: as its owner, or in place of the
    owner.
    """
    if idea.owner_id is None:
        return UNOWNED
    return OWNS if idea.owner_id == user.pk else IN_PLACE_OF_OWNER


def href(reminder: Reminder) -> str:
    """Return the URL of the page of the idea that the reminder is about."""
    return reverse("prototypes:idea", args=[reminder.object_id])


def idea_names(pks: Collection[int]) -> dict[int, str]:
    """Return “idea · cohort” for the ideas with these keys, by key; an idea that no longer exists is left out (one
    statement).
    """
    rows = Idea.objects.filter(pk__in=pks).select_related("cohort")
    return {idea.pk: name_with_cohort(idea) for idea in rows}


def in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the ideas of the edition, cohort or authority to which a command is limited; of all without a
    limit.

    Published facts are left out.
    """
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Idea.objects.measured().filter(**limits).values_list("pk", flat=True))


def roles(idea_id: int, users: Collection[int], at: datetime) -> dict[int, Role]:
    """Return the role of each of these people (keys) in the cohort of an idea at the moment `at`."""
    return role_of_each(users, Cohort.objects.filter(ideas=idea_id), platform_day(at))


def _handed_over(idea: Idea, language: str) -> str:
    """Return the day of the idea's last hand-over as text, with month or year alone if it is not known better.

    Returns "" without a hand-over or without its date.
    """
    event = handover_of(idea)
    if event is None or event.effective_on is None:
        return ""
    return formats.precise_to(event.effective_on, event.precision, language)


def _live_since(idea: Idea, language: str) -> str:
    """Return the day the idea went live as text, with month or year alone if it is not known better.

    Before it is live, it is the day of the hand-over, or "" without one.
    """
    first = next(iter(counted_implementations(idea.implementations.all())), None)
    if first is None or first.live_on is None:
        return _handed_over(idea, language)
    return formats.precise_to(first.live_on, first.live_precision, language)


RULES = ReminderScheduleRules(rules_of(ReminderScheduleKind.IDEA, alone=()), texts=TEXTS)
IDEA = EventKind(
    label=_("Handed-over ideas"),
    recipients=IDEAS.recipients,
    check=IDEAS.check,
    find=IDEAS.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    in_scope=in_scope,
    names=idea_names,
    can_see=lambda user, pk: Idea.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=IDEAS.sizes,
    stop_reason=IDEAS.stop_reason,
    roles=roles,
    can_wait=True,
    reasons=REASONS,
    early_reasons=ONCE,
)
