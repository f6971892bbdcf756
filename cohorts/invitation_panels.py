"""What invitations, and the people who are missing, put on other pages."""

from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort, Invitation
from programmes.models import Authority
from web.home import Attention, Found, Watch
from web.nested import nested

NOTES_SHOWN = 3  # of one kind; what is left shows once these are dealt with


def authority_invitations(request: HttpRequest, authority: Authority) -> dict[str, Any] | None:
    """Lab staff: who is invited to answer for the authority and has not answered."""
    if not person(request).is_lab_staff:
        return None
    now = timezone.now()
    rows = Invitation.objects.open().filter(authority=authority).with_places().latest_first()
    lines = [{"row": row, "state": row.state_at(now)} for row in rows]
    return {"lines": lines} if lines else None


def _find_ending(user: User, today: date) -> ArraySubquery:
    at = timezone.make_aware(datetime.combine(today, time.min))
    rows = Invitation.objects.visible_to(user, today).ending(at).order_by("expires_at", "pk")
    names = {"name": "cohort__name", "slug": "cohort__slug", "authority_name": "authority__name"}
    return nested(rows[:100], "id", "expires_at", **names, authority_slug="authority__slug")


def _say_ending(_request: HttpRequest, found: Found) -> list[Attention]:
    """One note for each place, with how many."""
    places: dict[tuple[str, str], int] = {}
    for row in found:
        route = ("cohorts:invitations", row["slug"]) if row["slug"] else ("programmes:authority", row["authority_slug"])
        place = row["name"] or row["authority_name"], reverse(route[0], args=[route[1]])
        places[place] = places.get(place, 0) + 1
    return [
        Attention(
            ngettext(
                "%(where)s: %(n)d invitation ends soon or has ended.",
                "%(where)s: %(n)d invitations end soon or have ended.",
                n,
            )
            % {"where": name, "n": n},
            _("Nobody answered."),
            href,
            _("Send again or take back"),
        )
        for (name, href), n in list(places.items())[:NOTES_SHOWN]
    ]


def _find_alone(user: User, today: date) -> ArraySubquery | None:
    """Authorities with a cohort under way for which nobody answers."""
    if not user.is_lab_staff:
        return None
    at_work = Cohort.objects.filter(state__in=["agreed", "running"], retrospective=False)
    rows = Authority.objects.without_admin(today).filter(pk__in=at_work.values("authority")).by_name()
    return nested(rows[:NOTES_SHOWN], "name", "slug")


def _say_alone(_request: HttpRequest, found: Found) -> list[Attention]:
    return [
        Attention(
            _("%(authority)s has no admin.") % {"authority": row["name"]},
            _("Nobody there says which ideas are implemented."),
            reverse("programmes:name_admin", args=[row["slug"]]),
            _("Name an admin"),
        )
        for row in found
    ]


invitations_ending = Watch(_find_ending, _say_ending)
authorities_without_admin = Watch(_find_alone, _say_alone)
