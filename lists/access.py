"""A list as a person opens it: bound to their rights of today, and to an address."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from lists.models import SavedView
from web.database.prepared import TextArgument, prepared
from web.dates.clock import Day, today_everywhere
from web.decisions import enforce
from web.lists.bound import BoundList
from web.lists.columns import Reader
from web.lists.declarations import List


def open_list(
    user: User, of_list: List, query: QueryDict, subject_key: str = "", *, subject: Any = None, csrf_token: Any = ""
) -> BoundList:
    """Return a list as a person opens it today at an address; `subject_key` is that of the object it belongs to.

    Without `subject` that object is read. Raises Http404 or Refused if they may not see that list.
    """
    enforce(of_list.permission(user))
    subject = of_list.subject(user, subject_key) if subject is None else subject
    return BoundList(of_list, Reader(user, today_everywhere(), subject_key, subject, csrf_token), query)


def views_of(bound_list: BoundList) -> list[SavedView]:
    """Return the views of the list that its reader saved, or that are shared with them, by name (one statement)."""
    reader = bound_list.reader
    return _views(reader.user, reader.today, bound_list.declaration.slug, TextArgument(reader.subject_key))


@prepared
def _views(user: User, today: Day, list_slug: str, subject_key: TextArgument) -> QuerySet[SavedView]:
    """Return the views of the list with this slug, of the object with this key, that the person may open."""
    rows = SavedView.objects.visible_to(user, today).select_related("person")
    return rows.filter(list_slug=list_slug, subject_key=subject_key)
