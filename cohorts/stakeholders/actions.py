"""Actions on stakeholders, the people and organisations a cohort works with."""

from typing import Final

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from cohorts.models import Cohort, Stakeholder
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version, column_values

STAKEHOLDER: Final = "stakeholder"  # in the journal of erasures


@action(_("Stakeholder added"))
def add_stakeholder(
    *,
    cohort: Cohort,
    name: str,
    kind: str,
    category: str,
    organisation: str = "",
    influence: int = 2,
    interest: int = 2,
    notes: str = "",
    by: User | None,
) -> Stakeholder:
    """Add a stakeholder to a cohort, and return it; `kind` says whether it is a person or an organisation.

    `influence` and `interest` go from 1 (low) to 3 (high). `by` is who acts. Raises DomainError when the cohort has one
    of the same name and organisation already.
    """
    stakeholder = Stakeholder(cohort=cohort)
    return _save_fields(
        stakeholder,
        name=name,
        kind=kind,
        category=category,
        organisation=organisation,
        influence=influence,
        interest=interest,
        notes=notes,
    )


@action(_("Stakeholder changed"))
def edit_stakeholder(
    *, stakeholder: Stakeholder, by: User | None, version_token: str = "", **values: str | int
) -> Stakeholder:
    """Change fields of a stakeholder, given by name in `values` (as `add_stakeholder` takes them), and return it.

    `version_token` is the fingerprint of the values that the form started from: raises EditConflict when they have
    changed since, such as by the stakeholder; "" skips this check. Raises DomainError when the cohort has one of the
    same name and organisation already. `by` is who acts.
    """
    row = Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)
    check_version(version_token or None, current=column_values(row, *values), submitted=values)
    return _save_fields(row, **values)


@action(_("Stakeholder removed"))
def remove_stakeholder(*, stakeholder: Stakeholder, by: User | None) -> None:
    """Delete a stakeholder of a cohort; raise DomainError when they are on the list of attendees of a session.

    `by` is who acts.
    """
    record_on_commit(STAKEHOLDER, stakeholder.pk)
    try:
        stakeholder.delete()
    except ProtectedError as error:
        raise DomainError(_("This stakeholder is on the list of a session and cannot be removed.")) from error


def _save_fields(stakeholder: Stakeholder, **values: str | int) -> Stakeholder:
    """Set these fields, by name, of a new or existing stakeholder; save it and return it."""
    for field, value in values.items():
        setattr(stakeholder, field, value)
    stakeholder.save()
    return stakeholder
