"""The moment until which records count: the end of a day, or of a second, in forms, addresses and words."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from figures.number_formats import day
from figures.scope.forms import INVALID_DATE
from web.dates.clock import platform_day
from web.forms.fields import DayField, DayInput
from web.text import formats
from web.text.language import active_language

ADDRESS_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
WRITTEN_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


class MomentInput(DayInput):
    """The browser's own input for a date; of a moment it shows the date."""

    def format_value(self, value: Any) -> str | None:
        """Return the value of the input: of a moment, as an address writes it, the date on the platform."""
        moment = parse_moment(value) if isinstance(value, str) else None
        return platform_day(moment).isoformat() if moment else super().format_value(value)


class MomentField(DayField):
    """A day, or a moment in UTC as permanent addresses write it: “2026-11-24T09:13:05Z”."""

    widget = MomentInput

    def to_python(self, value: Any) -> date | None:
        """Return a datetime for a moment, a date for a day, None for nothing; refuse anything else."""
        return (parse_moment(value) if isinstance(value, str) else None) or super().to_python(value)

    def run_validators(self, value: date | None) -> None:
        """Raise ValidationError for an implausible day, or for a moment on one."""
        super().run_validators(day_of(value) if value else value)


def moment_field(label: StrOrPromise, **options: Any) -> MomentField:
    """Return an optional field for a day or a moment; `options` are further arguments of the field."""
    return MomentField(label=label, required=False, error_messages={"invalid": INVALID_DATE}, **options)


def parse_moment(text: str) -> datetime | None:
    """Return the moment that an address writes like “2026-11-24T09:13:05Z”; None for any other text."""
    if not WRITTEN_MOMENT.fullmatch(text.strip()):
        return None
    try:
        return datetime.strptime(text.strip(), ADDRESS_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def write_moment(moment: datetime) -> str:
    """Return a moment as addresses write it, in UTC and without fractions of a second: “2026-11-24T09:13:05Z”."""
    return moment.astimezone(UTC).strftime(ADDRESS_FORMAT)


def end_of(chosen: date | None) -> datetime | None:
    """Return the last moment of a chosen day in the platform's time zone, or of a chosen second; None for None."""
    if isinstance(chosen, datetime):
        return chosen.replace(microsecond=0) + timedelta(seconds=1, microseconds=-1)
    return timezone.make_aware(datetime.combine(chosen, time.max)) if chosen else None


def day_of(chosen: date) -> date:
    """Return a chosen day, or the day of a chosen moment in the platform's time zone."""
    return platform_day(chosen) if isinstance(chosen, datetime) else chosen


def moment_text(chosen: date) -> str:
    """Return a chosen day as “24 November 2026”, a moment as “24 November 2026 at 10:13:05, lab time”.

    The last moment of a day is written as the day.
    """
    if not isinstance(chosen, datetime) or chosen == end_of(day_of(chosen)):
        return day(day_of(chosen))
    local = timezone.localtime(chosen)
    words = {"day": formats.long_day(local, active_language()), "time": local.strftime("%H:%M:%S")}
    return _("%(day)s at %(time)s, lab time") % words
