"""The fields that a phone sends with every draft, besides those of the form that its page has."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Model, QuerySet

from fieldwork.notes.codes import ALPHABET, LENGTH
from fieldwork.phone.moments import moment_written

M = TypeVar("M", bound=Model)
LAST_MILLISECOND: Final = 4_102_444_800_000  # the year 2100
MAX_SECONDS: Final = 10 * 366 * 24 * 3600  # either way: the clock of a phone may be wrong by years


def _milliseconds() -> forms.IntegerField:
    """Return a field for a moment in milliseconds since 1970."""
    return forms.IntegerField(min_value=0, max_value=LAST_MILLISECOND, required=False)


class PhoneDraftForm(forms.Form):
    """Which draft it is, whose it is, and when it was written (see `moment_written`).

    The phone makes the code with which the person in front of it can withdraw the note, so that they get it at once.
    """

    idempotency_key = forms.UUIDField()
    account = forms.IntegerField(min_value=1)
    written_at = _milliseconds()
    seconds_ago = forms.IntegerField(min_value=-MAX_SECONDS, max_value=MAX_SECONDS, required=False)
    contact_at = _milliseconds()
    withdrawal_code = forms.CharField(
        max_length=LENGTH, required=False, validators=[RegexValidator(f"^[{ALPHABET}]{{{LENGTH}}}$")]
    )

    def earlier_among(self, rows: QuerySet[M]) -> M | None:
        """Return the row that this draft became when it arrived before; None without one, and for a form that is not
        valid.
        """
        return rows.filter(idempotency_key=self.cleaned_data["idempotency_key"]).first() if self.is_valid() else None

    def moment(self, now: datetime) -> datetime:
        """Return when the draft of the valid form was written; `now` is the platform's time."""
        age = self.cleaned_data["seconds_ago"]
        return moment_written(
            now,
            written_at=self._moment("written_at"),
            age=None if age is None else timedelta(seconds=age),
            contact_at=self._moment("contact_at"),
        )

    def _moment(self, name: str) -> datetime | None:
        """Return the moment that a field gives in milliseconds; None if it is empty."""
        value: Any = self.cleaned_data[name]
        return datetime.fromtimestamp(value / 1000, UTC) if value else None
