"""The action that postpones a reminder of one's home page."""

from datetime import date

from django.utils.translation import gettext_lazy

from accounts.models import User
from labplatform.models import NoticeSnooze
from web.actions import action


@action(gettext_lazy("Reminder of the home page postponed"))
def snooze_notice(*, notice: str, until: date, today: date, by: User) -> NoticeSnooze | None:
    """Hide a notice (its key) from the home page of `by` before the day `until`; with `today`, show it again at once.

    Returns the record, None when the notice is shown again. What the person postponed to a past day is deleted.
    """
    own = NoticeSnooze.objects.filter(person=by)
    own.filter(until__lte=today).delete()
    if until <= today:
        own.filter(notice=notice).delete()
        return None
    row, _created = NoticeSnooze.objects.update_or_create(person=by, notice=notice, defaults={"until": until})
    return row
