"""A calendar's secret address: made or replaced, revoked, read."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import CalendarFeed
from web.actions import action
from web.security.link_tokens import hash_of, new_token


@action(gettext_lazy("Calendar address created"), security_event=True, forbidden_while_acting=True)
def open_calendar(*, about: str, object_id: int, at: datetime, by: User) -> str:
    """Give the person an address for this calendar and return its token, which is kept nowhere.

    Where there is one already it is replaced: calendars that read the old one get nothing any more.
    """
    token = new_token()
    CalendarFeed.objects.update_or_create(
        user=by,
        about=about,
        object_id=object_id,
        defaults={"token_hash": hash_of(token), "made_at": at, "last_read_at": None},
    )
    return token


@action(gettext_lazy("Calendar address revoked"), security_event=True, forbidden_while_acting=True)
def revoke_calendar(*, about: str, object_id: int, by: User) -> None:
    """Nobody reads this calendar of the person's any more; again changes nothing."""
    CalendarFeed.objects.of(by, about, object_id).delete()


def note_reading(*, feed: CalendarFeed, at: datetime) -> None:
    """Remember that a calendar asked, to the nearest minutes. Nobody acts, so it is no action and leaves no history."""
    CalendarFeed.objects.filter(pk=feed.pk).unread_since(at).update(last_read_at=at)
