"""Lists as files: the table that a page shows, at its address, written at once or in the background."""

from typing import Final

from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files.registries import ExportKind
from lists.access import open_list
from web.dates.clock import platform_today
from web.errors import DomainError
from web.exports.tables import Table
from web.lists.bound import SUBJECT_KEY, BoundList
from web.lists.declarations import lists
from web.lists.tables import list_table

LIST_ROWS: Final = "list-rows"
LIST_KEY: Final = "list"  # in the query stored for the worker: the slug of the list
NO_LONGER_VISIBLE: Final = _("You can no longer see this list. Open it again.")


def bound_list_from(person: User, query: QueryDict) -> BoundList:
    """Return the list that a stored query names, as the person opens it now.

    Raises Http404, Refused or KeyError if they can no longer see it, or if there is no such list any more.
    """
    return open_list(person, lists[str(query[LIST_KEY])], query, query.get(SUBJECT_KEY, ""))


def _prepare(person: User, query: QueryDict) -> Table:
    """Return the table of a list that a background task writes to a file, with the person's rights of this moment.

    Only lab staff ask for such files: they read all rows, so that a file never holds more than its person may read.
    Raises DomainError when they are no longer lab staff, or the list is gone.
    """
    if not person.is_lab_staff:
        raise DomainError(NO_LONGER_VISIBLE)
    try:
        return list_table(bound_list_from(person, query), made_on=platform_today())
    except (Http404, KeyError) as error:
        raise DomainError(NO_LONGER_VISIBLE) from error


def _href(query: QueryDict) -> str:
    """Return the address of the page of the list that a stored query names; the list of downloads if it is gone."""
    slug = query.get(LIST_KEY, "")
    if slug not in lists:
        return ""
    rest = query.copy()
    del rest[LIST_KEY]
    rest.pop(SUBJECT_KEY, None)
    href = lists[slug].href(query.get(SUBJECT_KEY, ""))
    return f"{href}?{rest.urlencode()}" if rest else href


LIST_KIND: Final = ExportKind(label=_("Rows of a list"), prepare=_prepare, href=_href)
