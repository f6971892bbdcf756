"""Actions on the methods of a session."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Session, SessionMethod
from programmes.models import Method
from web.actions import action
from web.forms.edit_conflicts import check_version, column_values
from web.forms.row_changes import lock_row


@action(_("Method copied into the session"))
def add_session_method(*, session: Session, method: Method, by: User) -> SessionMethod:
    """Copy name, time and steps of a method into the plan of a session, and return the copy.

    Raises DomainError when the session uses the method already, is cancelled, or is one of the published facts.
    """
    return SessionMethod.objects.create(
        session=session, method=method, title=method.name, minutes=method.minutes, steps=method.steps
    )


@action(_("Method of the session changed"))
def edit_session_method(
    *,
    session_method: SessionMethod,
    title: str,
    minutes: int | None,
    steps: str,
    version_token: str | None = None,
    by: User,
) -> SessionMethod:
    """Change what a session does with a method, and return it; the lab’s card stays as it is.

    `version_token` is the fingerprint of the values that the form started from: raises EditConflict when they have
    changed since.
    """
    row = lock_row(session_method)
    values = {"title": title, "minutes": minutes, "steps": steps}
    check_version(version_token, current=column_values(row, *values), submitted=values)
    row.title, row.minutes, row.steps = title, minutes, steps
    row.save(update_fields=list(values))
    return row


@action(_("Method of the session removed"))
def remove_session_method(*, session_method: SessionMethod, by: User) -> None:
    """Remove a method from the plan of a session; the history keeps its steps."""
    session_method.delete()
