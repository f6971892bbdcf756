"""What invitations, and the people who are missing, put on other pages."""

from datetime import datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort, Invitation
from programmes.models import Authority
from web.database.nested_rows import first, nested
from web.dates.clock import Today
from web.pages.home import Attention, Found, Watch, in_all

NOTES_SHOWN = 3  # of one kind


def authority_invitations(request: HttpRequest, authority: Authority) -> dict[str, Any] | None:
    """Lab staff: who is invited to answer for the authority and has not answered."""
    if not person(request).is_lab_staff:
        return None
    now = timezone.now()
    rows = Invitation.objects.open().filter(authority=authority).with_places().latest_first()
    lines = [{"row": row, "state": row.state_at(now), "may": True} for row in rows]
    return {"lines": lines} if lines else None


def authorities_at_work() -> QuerySet[Any, Any]:
    """The keys of authorities with a cohort that needs an admin."""
    return Cohort.objects.needing_admin().values("authority")


def _find_ending(user: User, today: Today) -> ArraySubquery:
    at = timezone.make_aware(datetime.combine(today.platform, time.min))
    rows = Invitation.objects.to_settle_by(user, today).ending(at).order_by("expires_at", "pk")
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
            _("Send again or withdraw"),
        )
        for (name, href), n in list(places.items())[:NOTES_SHOWN]
    ]


def _find_alone(user: User, today: Today) -> ArraySubquery | None:
    """Authorities that need an admin and have none, the first of them."""
    if not user.is_lab_staff:
        return None
    return first(Authority.objects.left_alone(authorities_at_work(), today).by_name(), NOTES_SHOWN, "name", "slug")


def _say_alone(_request: HttpRequest, found: Found) -> list[Attention]:
    notes = [
        Attention(
            _("%(authority)s has no admin.") % {"authority": row["name"]},
            _("Nobody in this authority records which ideas are implemented."),
            reverse("programmes:name_admin", args=[row["slug"]]),
            _("Name an admin"),
        )
        for row in found
    ]
    if n := in_all(found):
        strong = ngettext("%(n)d authority has no admin.", "%(n)d authorities have no admin.", n) % {"n": n}
        href = f"{reverse('programmes:authorities')}?missing=admin"
        notes.append(Attention(strong, _("The first ones are named above."), href, _("See them all")))
    return notes


invitations_ending = Watch(_find_ending, _say_ending)
authorities_without_admin = Watch(_find_alone, _say_alone)
