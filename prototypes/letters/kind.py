"""What the letters of ideas bring to the platform's post: see `docs/letters.md`."""

from collections.abc import Collection, Mapping
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart, Scope
from notifications.sentences import labelled
from prototypes.actions.reminders import handover_of
from prototypes.letters.audiences import REASONS, found, recipients, refusal
from prototypes.models import Idea
from web import formats

# Its one letter: what it is about, in ladders.
ABOUT: Final = {"idea_follow_up": gettext_lazy("is it still live?")}
TO_WHOM: Final = {"owner": gettext_lazy("The idea’s owner")}


def render(reminder: Reminder, user: User, language: str) -> LetterPart:
    """The question, in the language that is active: it leads to the idea's page, where the answer is recorded.

    Raises LookupError when the idea is gone.
    """
    idea = found(reminder)
    if idea is None or reminder.letter not in ABOUT:
        raise LookupError(f"No idea {reminder.object_id}, or no letter {reminder.letter}")
    values = {"idea": str(idea), "day": _handed_over(idea, language), "cohort": idea.cohort.name}
    paragraphs = (
        _("%(idea)s was handed over (%(day)s). Is it live today, in full or in part? Was it given up?"),
        _("Record on its page what has happened, with what shows it. If you cannot, tell the pilot of %(cohort)s."),
        _("An idea that did not work counts as much as one that did: the published rates are made of these answers."),
    )
    why = _own_reason(idea, user)
    return LetterPart(
        subject=_("%(idea)s: is it still live?") % values,
        text="\n\n".join(paragraph % values for paragraph in paragraphs),
        why=why % values,
        button=(pgettext("idea", "Say what became of it"), idea.get_absolute_url()),
    )


def describe(reminder: Reminder) -> str:
    """To whom and what, for ladders and the ledger."""
    return labelled(_named(TO_WHOM, reminder.audience), _named(ABOUT, reminder.letter))


def href(reminder: Reminder) -> str:
    return reverse("prototypes:idea", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Each idea with its cohort (one statement)."""
    rows = Idea.objects.filter(pk__in=pks).select_related("cohort")
    return {idea.pk: f"{idea} · {idea.cohort.name}" for idea in rows}


def within(scope: Scope) -> set[int]:
    """Ids of the ideas of an edition, a cohort or an authority."""
    asked = {
        "cohort__edition__slug": scope.edition,
        "cohort__slug": scope.cohort,
        "cohort__authority__slug": scope.authority,
    }
    limits = {path: slug for path, slug in asked.items() if slug}
    return set(Idea.objects.measured().filter(**limits).values_list("pk", flat=True))


def _handed_over(idea: Idea, language: str) -> str:
    """The day, no more precise than it is known."""
    event = handover_of(idea)
    if event is None or event.effective_on is None:
        return ""
    return formats.precise_to(event.effective_on, event.precision, language)


def _own_reason(idea: Idea, user: User) -> str:
    if idea.owner_id == user.pk:
        return _("You get this letter because you own %(idea)s.")
    return _("You get this letter because the owner of %(idea)s has left and you answer for it in %(cohort)s.")


def _named(words: Mapping[str, StrOrPromise], slug: str) -> StrOrPromise:
    return words.get(slug, slug)


# Without `sizes`: one owner, or those who stand in for them, is nothing to count.
IDEA = EventKind(
    label=gettext_lazy("Handed-over ideas"),
    recipients=recipients,
    refusal=refusal,
    render=render,
    describe=describe,
    href=href,
    within=within,
    names=names,
    reasons=REASONS,
)
