"""Where methods are used: lessons of this app, and sessions and tests of the apps above."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.utils.text import Truncator
from django.utils.translation import ngettext

from accounts.models import User
from programmes.enums import LessonState
from programmes.hooks import MethodUse, MethodUses, method_uses
from programmes.models import Lesson, Method
from web.database.prepared import prepared
from web.templatetags.web import number

MAX_USES: Final = 10  # listed on the page of a method


def counted_by_method(
    rows: QuerySet[Any], methods: tuple[int, ...], *, column: str = "method"
) -> QuerySet[Any, tuple[int, int]]:
    """Return a query of the keys of these methods, each with how many of the rows use it; `column` holds their method.

    Methods that no row uses are left out.
    """
    counted: QuerySet[Any, Any] = (
        rows.order_by().filter(**{f"{column}__in": methods}).values(column).annotate(count=Count("pk"))
    )
    return counted.values_list(column, "count")


def uses_in_words(user: User, methods: Collection[int]) -> Mapping[int, str]:
    """Return where the methods with these keys are used, such as “7 sessions, 3 lessons”, by key.

    Only what the user may see counts: one statement for each kind of use.
    """
    parts: dict[int, list[str]] = defaultdict(list)
    for uses in method_uses():
        for method, count in uses.counts(user, methods).items():
            parts[method].append(uses.text(count))
    return {method: ", ".join(texts) for method, texts in parts.items()}


def latest_uses(user: User, method: Method) -> list[MethodUse]:
    """Return the sessions, tests and lessons that use the method and that the user may see, at most ten of each."""
    return [use for uses in method_uses() for use in uses.latest(user, method)]


def _lessons(user: User) -> QuerySet[Lesson]:
    """Return the lessons that the user may read, without those that the lab refused."""
    visible = Lesson.objects.visible_to(user).exclude(state=LessonState.REFUSED)
    return Lesson.objects.filter(pk__in=visible.values("pk"))


@prepared
def _counted_lessons(user: User, methods: tuple[int, ...]) -> QuerySet[Any, tuple[int, int]]:
    return counted_by_method(_lessons(user), methods)


def _count_lessons(user: User, methods: Collection[int]) -> Mapping[int, int]:
    """Return how many lessons that the user may read are about each of the methods."""
    return dict(_counted_lessons(user, tuple(methods)))


def _latest_lessons(user: User, method: Method) -> Sequence[MethodUse]:
    """Return the lessons about the method that the user may read, the latest first."""
    rows = _lessons(user).filter(method=method).select_related("edition").order_by("-noted_on", "-pk")[:MAX_USES]
    return [MethodUse(Truncator(row.text).chars(80), row.get_absolute_url(), row.edition.name) for row in rows]


def _lessons_in_words(count: int) -> str:
    """Return a number of lessons in words."""
    return ngettext("%(count)s lesson", "%(count)s lessons", count) % {"count": number(count)}


LESSONS: Final = MethodUses(_count_lessons, _lessons_in_words, _latest_lessons)
