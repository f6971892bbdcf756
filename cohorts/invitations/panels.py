"""Parts of other pages about invitations, and about authorities without an admin."""

from datetime import datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.models import FIRST_DAY
from cohorts.models import Cohort, Invitation
from programmes.models import Authority
from web.database.nested_rows import nested, nested_first
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, start_day, total_if_truncated, until_day
from web.site_addresses import cached_reverse

MAX_NOTICES = 3  # of each kind


def authority_invitations(request: HttpRequest, authority: Authority) -> dict[str, Any] | None:
    """Return the context of the panel on an authority's page for lab staff: the unanswered invitations of future
    admins.

    None when there are none, and for people who are not lab staff.
    """
    if not person(request).is_lab_staff:
        return None
    now, can_manage = timezone.now(), not person(request).is_lab_reader
    rows = Invitation.objects.open().filter(authority=authority).with_targets().latest_first()
    lines = [{"row": row, "state": row.state_at(now), "can_manage": can_manage} for row in rows]
    return {"lines": lines} if lines else None


def authorities_in_use() -> QuerySet[Any, Any]:
    """Return, as a subquery of ids, the authorities that need an admin: those with an agreed, running, suspended or
    ended cohort.

    Prospects, withdrawn cohorts and imported published facts do not count.
    """
    return Cohort.objects.needing_admin().values("authority")


def _ending_invitations(user: User, today: Today) -> ArraySubquery:
    """Return the subquery of up to 100 invitations that the user may send again and that end soon or have just ended.

    That is: unanswered, expired in the last 14 days or expiring in the next 3, counted from `today`.
    """
    at = timezone.make_aware(datetime.combine(today.platform, time.min))
    rows = Invitation.objects.manageable_by(user, today).ending_or_just_ended(at).order_by("expires_at", "pk")
    names = {"name": "cohort__name", "slug": "cohort__slug", "authority_name": "authority__name"}
    return nested(rows[:100], "id", "expires_at", **names, authority_slug="authority__slug")


def _ending_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return home page notices, at most three: one for each cohort or authority with invitations that end soon or have
    ended.

    `rows` are these invitations, with the name and slug of cohort or authority.
    """
    ends: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        ends.setdefault(_target_of(row), []).append(row["expires_at"])
    return [
        HomeNotice(
            ngettext(
                "%(where)s: %(n)d invitation ends soon or has ended.",
                "%(where)s: %(n)d invitations end soon or have ended.",
                len(moments),
            )
            % {"where": name, "n": len(moments)},
            _("Nobody answered."),
            href,
            _("Send again or withdraw"),
            when=until_day(min(moments)),
        )
        for (name, href), moments in list(ends.items())[:MAX_NOTICES]
    ]


def _target_of(row: dict[str, Any]) -> tuple[str, str]:
    """Return the name of what an invitation is to (cohort, authority or lab), and the URL of the page that lists it."""
    if row["slug"]:
        return row["name"], cached_reverse("cohorts:invitations", row["slug"])
    if row["authority_slug"]:
        return row["authority_name"], cached_reverse("programmes:authority", row["authority_slug"])
    return _("The lab"), reverse("cohorts:lab")


def _authorities_without_admin(user: User, today: Today) -> ArraySubquery | None:
    """Return the subquery of the first three authorities that need an admin and have none on `today`, by name.

    They need one while they have an agreed, running, suspended or ended cohort. None for people who are not lab staff.
    """
    if not user.is_lab_staff:
        return None
    cohorts = Cohort.objects.needing_admin().filter(authority=OuterRef("pk")).by_start()
    rows = Authority.objects.without_admin_among(authorities_in_use(), today).by_name()
    return nested_first(
        rows.annotate(first_day=Subquery(cohorts.values(day=FIRST_DAY)[:1])), MAX_NOTICES, "name", "slug", "first_day"
    )


def _without_admin_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for each authority without an admin, with a link to name one; `rows` have its name, slug and the
    first day of its cohorts.

    A last notice links to the full list when there are more of them.
    """
    notices = [
        HomeNotice(
            _("%(authority)s has no admin.") % {"authority": row["name"]},
            _("Nobody in this authority records which ideas are implemented."),
            cached_reverse("programmes:name_admin", row["slug"]),
            _("Name an admin"),
            when=start_day(row["first_day"]),
        )
        for row in rows
    ]
    if n := total_if_truncated(rows):
        text = ngettext("%(n)d authority has no admin.", "%(n)d authorities have no admin.", n) % {"n": n}
        href = f"{reverse('programmes:authorities')}?missing=admin"
        detail = _("Open the list and name an admin for each of them.")
        notices.append(HomeNotice(text, detail, href, _("See them all")))
    return notices


invitations_ending = HomeNoticeSource(
    _ending_invitations, _ending_notices, "invitations_ending", gettext_lazy("Invitations without an answer")
)
authorities_without_admin = HomeNoticeSource(
    _authorities_without_admin, _without_admin_notices, "without_admin", gettext_lazy("Authorities without an admin")
)
