"""The action that corrects the figures of a concluded test, with a reason."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from prototypes.enums import TrialState
from prototypes.models import Trial, TrialCorrection
from prototypes.notes.second_notes import percentage
from prototypes.refusals import NOT_CONCLUDED
from prototypes.trials.log_values import figures, figures_as_typed, json_values
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


@action(gettext_lazy("Figures of a test corrected"))
def correct_trial(
    *, trial: Trial, reason: str, by: User, at: datetime, version_token: str | None = None, **corrected: Any
) -> TrialCorrection:
    """Record the right figures of a concluded test and the reason, and return this correction; the database applies it
    to the test.

    `corrected` holds some of held_on, participants, successes, observed_value, result, contradiction_reason and groups.
    Raises DomainError for a test that is not concluded, where nothing changes, and where the figures break a rule of
    tests; EditConflict when someone else corrected them since the form was opened (`version_token`).
    """
    row = Trial.objects.select_for_update(of=["self"]).get(pk=trial.pk)
    recorded = figures(row)
    check_version(version_token, current=figures_as_typed(recorded), submitted=figures_as_typed(recorded | corrected))
    if row.retrospective:
        raise DomainError(_("These are published facts. They cannot be changed here."))
    if row.state != TrialState.CONCLUDED:
        raise DomainError(NOT_CONCLUDED)
    after = recorded | corrected
    if row.concluded_on and after["held_on"] > row.concluded_on:
        raise DomainError(
            _("The conclusion of this test is dated before this day. Give an earlier date."), field="held_on"
        )
    if (after["successes"] or 0) > after["participants"]:
        raise DomainError(
            _("The number of people who succeeded is higher than the number who took part. Check both numbers."),
            field="successes",
        )
    if row.counts_people and after["successes"] is not None:
        after["observed_value"] = percentage(after["successes"], after["participants"])
    if json_values(after) == json_values(recorded):
        raise DomainError(_("These figures are already recorded. Change at least one."))
    correction = TrialCorrection.objects.create(
        trial=row, after=json_values(after), reason=reason, recorded_at=at, by=by
    )
    trial.refresh_from_db()
    return correction
