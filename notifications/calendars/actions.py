"""Actions on the secret address of a person's calendar feed: create or replace, revoke, save when it was read."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import CalendarFeed
from web.actions import action
from web.security.link_tokens import hash_token, new_token


@action(gettext_lazy("Calendar address created"), security_event=True, forbidden_while_acting=True)
def open_calendar(*, about: str, object_id: int, at: datetime, by: User) -> str:
    """Create the secret address at which a calendar program reads the feed of the person `by`, and return its token.

    The token is stored nowhere, only its hash. `about` (a slug) and `object_id` say what the feed contains. An existing
    address is replaced: programs that read the old one get nothing any more.
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
    """Delete the calendar feed of the person `by` about this object: its address stops working.

    Without a feed, do nothing. `about` (a slug) and `object_id` say what the feed contains.
    """
    CalendarFeed.objects.belonging_to(by, about, object_id).delete()


def record_feed_read(*, feed: CalendarFeed, at: datetime) -> None:
    """Save that a program read the feed at the moment `at`, unless a reading in the ten minutes before is saved.

    Not an action: nobody acts, and it leaves no history.
    """
    CalendarFeed.objects.filter(pk=feed.pk).unread_since(at).update(last_read_at=at)
