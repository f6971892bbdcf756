"""Count and list the tests that use a method, on the page of the method."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db.models import F, QuerySet
from django.utils.translation import ngettext

from accounts.models import User
from programmes.hooks import MethodUse, MethodUses
from programmes.methods.uses import MAX_USES, counted_by_method
from programmes.models import Method
from prototypes.enums import TrialState
from prototypes.models import Trial
from web.database.prepared import prepared
from web.templatetags.web import number


def _trials(user: User) -> QuerySet[Trial]:
    """Return the tests that the user may read, without cancelled ones."""
    return Trial.objects.visible_to(user).exclude(state=TrialState.CANCELLED)


@prepared
def _counted(user: User, methods: tuple[int, ...]) -> QuerySet[Any, tuple[int, int]]:
    return counted_by_method(_trials(user), methods, column="method_card")


def _counts(user: User, methods: Collection[int]) -> Mapping[int, int]:
    """Return how many tests that the user may read use each of the methods."""
    return dict(_counted(user, tuple(methods)))


def _in_words(count: int) -> str:
    """Return a number of tests in words."""
    return ngettext("%(count)s test", "%(count)s tests", count) % {"count": number(count)}


def _latest(user: User, method: Method) -> Sequence[MethodUse]:
    """Return the tests that use the method and that the user may read, the latest first."""
    rows = _trials(user).filter(method_card=method).select_related("prototype")
    latest = rows.order_by(F("held_on").desc(nulls_first=True), "-pk")[:MAX_USES]
    return [MethodUse(str(row), row.get_absolute_url(), row.prototype.title) for row in latest]


TRIALS: Final = MethodUses(_counts, _in_words, _latest)
