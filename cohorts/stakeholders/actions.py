"""Verbs on the people and organisations a cohort works with."""

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, Stakeholder
from web.actions import action
from web.errors import DomainError


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
    by: User,
) -> Stakeholder:
    """Note someone the cohort works with; raises DomainError when the cohort has them already."""
    stakeholder = Stakeholder(cohort=cohort)
    return _describe(
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
def edit_stakeholder(*, stakeholder: Stakeholder, by: User, **described: str | int) -> Stakeholder:
    """Change what is noted of a stakeholder; `described` as in `add_stakeholder`."""
    return _describe(stakeholder, **described)


@action(_("Stakeholder removed"))
def remove_stakeholder(*, stakeholder: Stakeholder, by: User) -> None:
    """Take a stakeholder off the list; raises DomainError once a session has them on its list."""
    try:
        stakeholder.delete()
    except ProtectedError as error:
        raise DomainError(_("This stakeholder is on the list of a session and cannot be removed.")) from error


def _describe(stakeholder: Stakeholder, **described: str | int) -> Stakeholder:
    for field, value in described.items():
        setattr(stakeholder, field, value)
    stakeholder.save()
    return stakeholder
