"""Count and list the sessions that use a method, on the page of the method."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.models import SessionMethod
from cohorts.sessions.bulk_actions import plans_somewhere
from programmes.hooks import MethodLink, MethodUse, MethodUses
from programmes.methods.uses import MAX_USES, counted_by_method
from programmes.models import Method
from web.database.prepared import prepared
from web.dates.clock import today_everywhere
from web.templatetags.web import number


def _in_sessions(user: User) -> QuerySet[SessionMethod]:
    """Return the methods of sessions that the user may see, without cancelled sessions."""
    return SessionMethod.objects.visible_to(user).exclude(session__state="cancelled")


@prepared
def _counted(user: User, methods: tuple[int, ...]) -> QuerySet[Any, tuple[int, int]]:
    return counted_by_method(_in_sessions(user), methods)


def _counts(user: User, methods: Collection[int]) -> Mapping[int, int]:
    """Return how many sessions that the user may see use each of the methods."""
    return dict(_counted(user, tuple(methods)))


def _in_words(count: int) -> str:
    """Return a number of sessions in words."""
    return ngettext("%(count)s session", "%(count)s sessions", count) % {"count": number(count)}


def _latest(user: User, method: Method) -> Sequence[MethodUse]:
    """Return the sessions that use the method and that the user may see, the latest first."""
    rows = _in_sessions(user).filter(method=method).select_related("session__cohort")
    sessions = [row.session for row in rows.order_by("-session__first_day", "-pk")[:MAX_USES]]
    return [MethodUse(str(row), row.get_absolute_url(), row.cohort.name) for row in sessions]


def _link(user: User, method: Method) -> MethodLink | None:
    """Return the button that copies the method into a session, for people who plan sessions (one statement)."""
    if not plans_somewhere(user, today_everywhere()) or user.is_lab_reader:
        return None
    return MethodLink(_("Use in a session"), f"{reverse('cohorts:use_method')}?method={method.pk}")


METHOD_USES: Final = MethodUses(_counts, _in_words, _latest, _link)
