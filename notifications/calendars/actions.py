"""Actions on the secret address of a person's calendar feed: create or replace, revoke, save when it was read."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import CalendarFeed
from web.actions import action
from web.security.link_tokens import hash_token, new_token


@action(gettext_lazy("Calendar address created"), security_event=True, forbidden_while_acting=True)
def open_calendar(*, about: str, object_id: int, at: datetime, by: User) -> str:
    """Create the person's secret address for a calendar feed and return its token, which is stored nowhere.

    `about` and `object_id` say what the feed contains. An existing address is replaced: programs that read the old one
    get nothing any more.
    """
    token = new_token()
    CalendarFeed.objects.update_or_create(
        user=by,
        about=about,
        object_id=object_id,
        defaults={"token_hash": hash_token(token), "made_at": at, "last_read_at": None},
    )
    return token


@action(gettext_lazy("Calendar address revoked"), security_event=True, forbidden_while_acting=True)
def revoke_calendar(*, about: str, object_id: int, by: User) -> None:
    """Delete the person's calendar feed about this object: its address stops working. Without a feed, do nothing.

    `about` and `object_id` say what the feed contains.
    """
    CalendarFeed.objects.belonging_to(by, about, object_id).delete()


def note_reading(*, feed: CalendarFeed, at: datetime) -> None:
    """Save that a program read the feed at the moment `at`, at most once in MIN_READ_INTERVAL.

    Not an action: nobody acts, and it leaves no history.
    """
    CalendarFeed.objects.filter(pk=feed.pk).unread_since(at).update(last_read_at=at)
