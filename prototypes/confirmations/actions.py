"""The action by which people confirm that the recorded state of ideas is still correct."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.models import Confirmation, Idea
from web.actions import action
from web.forms.edit_conflicts import EditConflict, column_values, fingerprint
from web.text import formats
from web.text.language import active_language

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
        """Create the error with a message that names the idea's current state and the day of its last update (“?”
        without one).
        """
        day = formats.short_day(idea.last_update_on, active_language()) if idea.last_update_on else "?"
        message = _(
            "This idea has changed since you opened the page: “%(state)s”, last update on %(day)s. Check the"
            " idea, then answer again."
        )
        super().__init__(message % {"state": idea.state_text, "day": day}, current=form_values(idea), field="evidence")
        self.idea = idea


def form_values(idea: Idea) -> dict[str, object]:
    """Return the columns of the idea that a confirmation refers to, by name: state, state_since and last_update_on."""
    return column_values(idea, "state", "state_since", "last_update_on")


@action(gettext_lazy("Ideas confirmed"))
def confirm_ideas(*, confirmations: Iterable[ConfirmationRequest], by: User, at: datetime) -> list[Confirmation]:
    """Record that the state of each idea is still correct, as found by `by` at the time `at`: for all of them or none.

    Returns the confirmations. One counts as an update of the idea and changes no state; the same one by the same person
    on the same day is recorded once. Raises IdeaChanged for the first idea that was changed after the person opened the
    page.
    """
    by_idea = {request.idea.pk: request for request in confirmations}
    rows = Idea.objects.select_for_update(no_key=True, of=["self"]).select_related("cohort__authority")
    return [_confirm(idea, by_idea[idea.pk], by, at) for idea in rows.filter(pk__in=by_idea).order_by("pk")]


@action(gettext_lazy("Idea confirmed"))
def confirm_idea(
    *, idea: Idea, by: User, at: datetime, evidence: str = "", version_token: str | None = None
) -> Confirmation:
    """Record that the state of one idea is still correct, as found by `by` at the time `at`; return the confirmation.

    `evidence` is free text that an implemented idea needs. Raises IdeaChanged when the idea was changed since the page
    was opened (`version_token` is the hash of its values then; None skips the check).
    """
    [row] = confirm_ideas(confirmations=[ConfirmationRequest(idea, evidence, version_token)], by=by, at=at)
    return row


def _confirm(idea: Idea, request: ConfirmationRequest, by: User, at: datetime) -> Confirmation:
    """Record the confirmation of one locked idea and return it; an equal one recorded last on the same day is returned
    instead.

    Raises IdeaChanged when state or last update of the idea are no longer those that the person saw.
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
