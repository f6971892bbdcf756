"""The form that postpones a reminder of the home page."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from labplatform.home.notices import KeyedNotice
from web.forms.fields import DayField

PROPOSED: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=366)
GONE: Final = _("This reminder is no longer on your home page.")


class SnoozeForm(forms.Form):
    """The day on which a reminder comes back."""

    until = DayField(label=_("Remind me on"), help_text=_("Choose today to see it again at once."))

    def __init__(self, *args: Any, today: date, notice: KeyedNotice | None, **kwargs: Any) -> None:
        """Create the form for a reminder; it proposes the day chosen before, else a week after `today`.

        Without a reminder (None) nothing can be saved.
        """
        super().__init__(*args, **kwargs)
        self.today, self.notice = today, notice
        until = notice.until if notice else None
        self.fields["until"].initial = until or today + PROPOSED

    def clean(self) -> dict[str, Any] | None:
        """Return the cleaned values; raise ValidationError without a reminder."""
        if self.notice is None:
            raise forms.ValidationError(GONE)
        return super().clean()

    def clean_until(self) -> date:
        """Return the day; raise ValidationError for one that is past, or later than a year from now."""
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("This day is past. Choose today or a later day."))
        if until > self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day within one year."))
        return until
