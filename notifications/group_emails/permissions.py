"""Who may write to a group, as its circle decides, and who may open a group e-mail."""

from accounts.models import User
from notifications.group_emails.circles import CircleAccess, email_circles
from notifications.group_emails.models import KIND, GroupEmail
from notifications.models import DeliveryItem


def find_circle_access(user: User, circle: str, object_id: int) -> CircleAccess | None:
    """Return the name of a thing, such as a cohort, and whether the user may write to its people.

    None for an unknown kind of thing, and for one that the user may not see.
    """
    return email_circles[circle].find(user, object_id) if circle in email_circles else None


def group_email_access(user: User, row: GroupEmail) -> CircleAccess | None:
    """Return the access to a group e-mail of someone who may write to the same people; a draft is its writer's alone.

    None for others.
    """
    access = find_circle_access(user, row.circle, row.object_id)
    if access is None or not access.can_write:
        return None
    return access if row.sent_at is not None or row.written_by_id == user.pk else None


def has_received(user: User, row: GroupEmail) -> bool:
    """Return whether the user received a group e-mail, or may have, and so may read its text again (one statement)."""
    items = DeliveryItem.objects.possibly_received().filter(user=user)
    return items.filter(reminder__kind=KIND, reminder__object_id=row.pk).exists()
