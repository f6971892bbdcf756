"""Notices on the home page: applications to review, and calls with applications without a decision."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.calls.models import Application, Call
from web.database.nested_rows import CappedCount, nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, capped_count_text, since_day, until_day

MAX_NOTICES = 3


def _to_review(user: User, _today: Today) -> CappedCount:
    """Return the subquery that counts the applications that the user reviews and has not rated."""
    return CappedCount(Application.objects.to_review(user), earliest="submitted_on")


def _review_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the notice with the number of applications to review; an empty list without any."""
    count = rows[0]["count"]
    if not count:
        return []
    text = ngettext(
        "%(count)s application waits for your review.", "%(count)s applications wait for your review.", count
    )
    since = since_day(rows[0]["earliest"])
    reason = _("The lab asked you to rate the applications to a call.")
    text %= {"count": capped_count_text(count)}
    return [HomeNotice(text, reason, reverse("cohorts:calls"), _("Review"), when=since)]


def _undecided(user: User, today: Today) -> ArraySubquery | None:
    """Return the subquery of calls with applications without a decision, the first to end first; None for people who
    cannot decide.
    """
    if not user.is_lab_staff or user.is_lab_reader:
        return None
    is_over = Exists(Call.objects.over(today.platform).filter(pk=OuterRef("pk")))
    rows = Call.objects.undecided().annotate(is_over=is_over).order_by("closes_on", "pk")
    return nested(rows[:MAX_NOTICES], "id", "title_fr", "title_en", "closes_on", "undecided_count", "is_over")


def _undecided_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for each call with applications without a decision."""
    return [_undecided_notice(row) for row in rows]


def _undecided_notice(row: dict[str, Any]) -> HomeNotice:
    """Return the notice about one call: how many applications wait for a decision once it is over, or have arrived."""
    count = int(row["undecided_count"])
    title = _("%(call)s:") % {"call": Call(title_fr=row["title_fr"], title_en=row["title_en"])}
    address = reverse("cohorts:call", args=[row["id"]])
    if not row["is_over"]:
        text = ngettext("%(count)s application has arrived.", "%(count)s applications have arrived.", count)
        return HomeNotice(
            title, text % {"count": count}, address, _("Read the applications"), when=until_day(row["closes_on"])
        )
    text = ngettext("%(count)s application waits for a decision.", "%(count)s applications wait for a decision.", count)
    return HomeNotice(title, text % {"count": count}, address, _("Decide"), when=since_day(row["closes_on"]))


applications_to_review = HomeNoticeSource(_to_review, _review_notices, "applications_to_review")
undecided_calls = HomeNoticeSource(_undecided, _undecided_notices, "undecided_calls")
