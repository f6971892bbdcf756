"""How many rows a person sees in each of their views of a list."""

from collections.abc import Sequence
from typing import Final

from django.http import QueryDict

from accounts.models import User
from lists.models import SavedView
from web.database.counts import RowCount
from web.lists.bound import BoundList
from web.pages.pagination import COUNT_CAP
from web.templatetags.web import number

MAX_COUNTED: Final = 20  # views; further ones are shown without a number


def counts_of_views(bound_list: BoundList, views: Sequence[SavedView]) -> list[str]:
    """Return how many rows the reader of the list sees without a view, then in each of the views (one statement).

    The numbers are texts in the reader's language: “1,000+” for more than a thousand, "" for views after the twentieth.
    """
    queries = ["", *(view.query for view in views[:MAX_COUNTED])]
    of_views = [BoundList(bound_list.declaration, bound_list.reader, QueryDict(query)) for query in queries]
    columns = [RowCount(each.filters.qs.order_by().values("pk")[: COUNT_CAP + 1]) for each in of_views]
    counts = User.objects.filter(pk=bound_list.reader.user.pk).values_list(*columns).get()
    texts = [f"{number(min(count or 0, COUNT_CAP))}{'+' if (count or 0) > COUNT_CAP else ''}" for count in counts]
    return [*texts, *[""] * len(views[MAX_COUNTED:])]
