"""The action that saves the accessibility statement."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy

from accounts.models import User
from labplatform.models import AccessibilityStatement
from web.actions import action
from web.database.after_commit import after_commit
from web.forms.edit_conflicts import check_version
from web.pages.hot_pages import drop_all


class StatementValues(TypedDict, total=False):
    """What the lab declares; `rate`, `audited_on` and `auditor` are given together or not at all."""

    entity: str
    scope: str
    rate: Decimal | None
    audited_on: date | None
    auditor: str
    limits_fr: str
    limits_en: str
    contact_email: str
    contact_post: str
    plan_url: str


@action(gettext_lazy("Accessibility statement changed"), forbidden_while_acting=True)
def change_accessibility_statement(
    *, today: date, by: User | None, version_token: str | None = None, **values: Unpack[StatementValues]
) -> AccessibilityStatement:
    """Save the accessibility statement with the date `today`, and return it.

    Raises EditConflict when someone else changed it since the form with this `version_token` was opened, and
    DomainError for an audit that is incomplete or in the future.
    """
    if row := AccessibilityStatement.objects.select_for_update(no_key=True).first():
        check_version(version_token, current=row.form_values(), submitted=row.form_values() | dict(values))
    row, _created = AccessibilityStatement.objects.update_or_create(pk=1, defaults={**values, "established_on": today})
    after_commit(drop_all)
    return row
