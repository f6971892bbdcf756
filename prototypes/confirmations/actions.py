"""The action by which people confirm that the recorded state of ideas is still correct."""

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
from web.forms.edit_conflicts import EditConflict, column_values, fingerprint
from web.text import formats

REPEATED_FIELDS: Final = ("state", "confirmed_on", "by", "evidence")


@dataclass(frozen=True, slots=True)
class ConfirmationRequest:
    """The confirmation of one idea: the evidence, and the version of the idea that the person saw."""

    idea: Idea
    evidence: str = ""
    version_token: str | None = None


class IdeaChanged(EditConflict):
    """The conflict when the `idea` was changed after the person opened the page."""

    def __init__(self, idea: Idea) -> None:
        """Build the error with the idea's current state and the day of its last update."""
        day = formats.short_day(idea.last_update_on, (get_language() or "fr")[:2]) if idea.last_update_on else "?"
        message = _(
            "This idea has changed since you opened the page: “%(state)s”, last update on %(day)s. Check the"
            " idea, then answer again."
        )
        super().__init__(message % {"state": idea.state_text, "day": day}, current=form_values(idea), field="evidence")
        self.idea = idea


def form_values(idea: Idea) -> dict[str, object]:
    """Return the values of the idea that a confirmation refers to: its state, since when, and the day of the last
    update.
    """
    return column_values(idea, "state", "state_since", "last_update_on")


@action(gettext_lazy("Ideas confirmed"))
def confirm_ideas(*, confirmations: Iterable[ConfirmationRequest], by: User, at: datetime) -> list[Confirmation]:
    """Confirm that the recorded state of each idea is still correct: all of them or none.

    A confirmation counts as an update and changes no state. The same confirmation by the same person on the same day is
    recorded once. Raises IdeaChanged for the first idea that was changed after the person opened the page.
    """
    by_idea = {request.idea.pk: request for request in confirmations}
    rows = Idea.objects.select_for_update(no_key=True, of=["self"]).select_related("cohort__authority")
    return [_confirm(idea, by_idea[idea.pk], by, at) for idea in rows.filter(pk__in=by_idea).order_by("pk")]


@action(gettext_lazy("Idea confirmed"))
def confirm_idea(
    *, idea: Idea, by: User, at: datetime, evidence: str = "", version_token: str | None = None
) -> Confirmation:
    """Confirm that the recorded state of one idea is still correct.

    Raises IdeaChanged when the idea was changed since the person opened the page (`version_token`).
    """
    [row] = confirm_ideas(confirmations=[ConfirmationRequest(idea, evidence, version_token)], by=by, at=at)
    return row


def _confirm(idea: Idea, request: ConfirmationRequest, by: User, at: datetime) -> Confirmation:
    """Record the confirmation of one locked idea, or return the same confirmation already recorded that day.

    Raises IdeaChanged when the idea is no longer in the state that the person saw.
    """
    today = local_day(idea.cohort, at)
    latest = idea.confirmations.latest_first().first()
    row = Confirmation(
        idea=idea, state=idea.state, confirmed_on=today, recorded_at=at, by=by, evidence=request.evidence
    )
    if latest and column_values(latest, *REPEATED_FIELDS) == column_values(row, *REPEATED_FIELDS):
        return latest
    if request.version_token is not None and request.version_token != fingerprint(*form_values(idea).values()):
        raise IdeaChanged(idea)
    row.save()
    return row
