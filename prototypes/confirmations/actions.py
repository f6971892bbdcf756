"""The action by which somebody who looked says that ideas still are as their pages say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.clock import local_day
from prototypes.models import Confirmation, Idea
from web.actions import action
from web.forms.edit_conflicts import Changed, by_field, fingerprint
from web.text import formats

SAID: Final = ("state", "confirmed_on", "by", "evidence")


@dataclass(frozen=True, slots=True)
class StillSo:
    """What somebody says of one idea: what shows it, and what they saw of it (`web.forms.edit_conflicts`)."""

    idea: Idea
    evidence: str = ""
    seen: str | None = None


class MovedOn(Changed):
    """Something was recorded of the `idea` since its confirmer looked."""

    def __init__(self, idea: Idea) -> None:
        day = formats.short_day(idea.last_sign_on, (get_language() or "fr")[:2]) if idea.last_sign_on else "?"
        said = _(
            "This idea has changed since you opened the page: “%(state)s”, last update on %(day)s. Check the"
            " idea, then answer again."
        )
        super().__init__(said % {"state": idea.state_text, "day": day}, stands=stands(idea), field="evidence")
        self.idea = idea


def stands(idea: Idea) -> dict[str, object]:
    """What a confirmation is about: the state, and the last sign of it."""
    return by_field(idea, "state", "state_since", "last_sign_on")


@action(gettext_lazy("Ideas confirmed"))
def confirm_ideas(*, told: Iterable[StillSo], by: User, at: datetime) -> list[Confirmation]:
    """Each idea still is as its page says: a sign of it, and no change. All of them, or none.

    Said again by the same person on the same day, in the same words, it changes nothing. Raises MovedOn for the first
    of which something was recorded since its confirmer looked.
    """
    said = {one.idea.pk: one for one in told}
    rows = Idea.objects.select_for_update(no_key=True, of=["self"]).select_related("cohort__authority")
    return [_confirm(idea, said[idea.pk], by, at) for idea in rows.filter(pk__in=said).order_by("pk")]


@action(gettext_lazy("Idea confirmed"))
def confirm_idea(*, idea: Idea, by: User, at: datetime, evidence: str = "", seen: str | None = None) -> Confirmation:
    """The same of one idea."""
    [row] = confirm_ideas(told=[StillSo(idea, evidence, seen)], by=by, at=at)
    return row


def _confirm(idea: Idea, said: StillSo, by: User, at: datetime) -> Confirmation:
    today = local_day(idea.cohort, at)
    latest = idea.confirmations.latest_first().first()
    row = Confirmation(idea=idea, state=idea.state, confirmed_on=today, recorded_at=at, by=by, evidence=said.evidence)
    if latest and by_field(latest, *SAID) == by_field(row, *SAID):
        return latest
    if said.seen is not None and said.seen != fingerprint(*stands(idea).values()):
        raise MovedOn(idea)
    row.save()
    return row
