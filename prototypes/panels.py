"""What the pages of other apps show of ideas: the cohort's block, the home card, and the notes that need someone."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort
from prototypes.enums import IdeaState
from prototypes.models import FieldNote, Idea, Trial
from prototypes.registries import columns_for, parts_of
from prototypes.visibility import LEADING_ROLES, working_cohorts
from web.database.nested_rows import columns, counted, first, nested, revived
from web.database.prepared import prepared
from web.dates.clock import Day, Today, day_in
from web.dates.months import completed_months
from web.pages.home import Attention, Found, Watch, in_all
from web.pages.panels import Panel

SHOWN = 5
MOST_NOTES = 5


def of_cohort(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """The cohort's latest ideas, the way to all of them, and what higher apps show below them, in one statement."""
    user = person(request)
    ideas = Idea.objects.visible_to(user).filter(cohort=OuterRef("pk")).newest_sign_first()
    brought = columns_for("cohort", user)
    [row] = Cohort.objects.filter(pk=cohort.pk).values(idea_rows=nested(ideas[: SHOWN + 1], *columns(Idea)), **brought)
    latest = [revived(Idea, idea) for idea in row["idea_rows"]]
    vars(cohort).update({name: column for name, column in row.items() if name in brought})
    context = {"cohort": cohort, "ideas": latest[:SHOWN], "more": len(latest) > SHOWN}
    return context | parts_of("cohort", request, cohort, frozenset())


def latest(request: HttpRequest) -> dict[str, Any] | None:
    """The ideas with the latest signs among those the person may read; None for people without any."""
    shown = _latest(person(request))
    return {"ideas": shown} if shown else None


@prepared
def _latest(user: User) -> QuerySet[Idea]:
    return Idea.objects.visible_to(user).measured().select_related("cohort").newest_sign_first()[:SHOWN]


def led_cohorts(user: User, today: Day) -> QuerySet[Cohort]:
    """Cohorts whose lateness is this person's to deal with."""
    return working_cohorts(user, today, LEADING_ROLES).filter(state="running")


def _find_without_prototype(user: User, today: Today) -> ArraySubquery:
    tested = Trial.objects.filter(prototype__idea__cohort=OuterRef("pk"), locked_on__isnull=False)
    rows = (
        led_cohorts(user, today)
        .filter(actual_start__isnull=False, edition__format__first_prototype_months__isnull=False)
        .exclude(Exists(tested))
        .order_by("actual_start", "pk")
    )
    more = {"months": "edition__format__first_prototype_months", "zone": "authority__time_zone"}
    return nested(rows[: 10 * MOST_NOTES], "id", "name", "actual_start", **more)


def _say_without_prototype(_request: HttpRequest, found: Found) -> list[Attention]:
    now = timezone.now()
    return [late_note(row) for row in found if is_late(row, day_in(row["zone"], now))][:MOST_NOTES]


def is_late(row: dict[str, Any], today: date) -> bool:
    """Whether the format's months have passed since the cohort started."""
    started = date.fromisoformat(row["actual_start"])
    return started <= today and completed_months(started, today) >= row["months"]


def late_note(row: dict[str, Any]) -> Attention:
    text = ngettext(
        "has no prototype in test; the first was due after %(months)s month.",
        "has no prototype in test; the first was due after %(months)s months.",
        row["months"],
    )
    return Attention(
        strong=row["name"],
        text=text % {"months": row["months"]},
        href=f"{reverse('prototypes:idea_list')}?cohort={row['id']}",
        action=_("See its ideas"),
    )


def _find_silent(user: User, today: Today) -> ArraySubquery:
    return counted(Idea.objects.unconfirmed(today).confirmable_by(user, today))


def _say_silent(_request: HttpRequest, found: Found) -> list[Attention]:
    count = found[0]["count"]
    if not count:
        return []
    text = ngettext("has had no update for six months.", "have had no update for six months.", count)
    strong = ngettext("%(count)s idea", "%(count)s ideas", count) % {"count": count}
    return [Attention(strong, text, reverse("prototypes:unconfirmed"), _("Confirm or change"))]


def _find_to_accept(user: User, today: Today) -> ArraySubquery:
    led = led_cohorts(user, today)
    return counted(Idea.objects.measured().filter(state=IdeaState.CAPTURED, cohort__in=led))


def _say_to_accept(_request: HttpRequest, found: Found) -> list[Attention]:
    count = sum(row["count"] for row in found)
    if not count:
        return []
    text = ngettext("is waiting to be accepted.", "are waiting to be accepted.", count)
    strong = ngettext("%(count)s idea", "%(count)s ideas", count) % {"count": count}
    return [Attention(strong, text, f"{reverse('prototypes:idea_list')}?state=captured", _("See the list"))]


def _find_two_versions(user: User, today: Today) -> ArraySubquery:
    rows = FieldNote.objects.settleable_by(user, today)
    earlier = FieldNote.objects.beside().filter(trial=OuterRef("trial"), settled_at=None, pk__lt=OuterRef("pk"))
    named = rows.filter(~Exists(earlier)).annotate(title=F("trial__prototype__title"), number=F("trial__number"))
    return first(named, MOST_NOTES, "id", "trial_id", "title", "number")


def _say_two_versions(_request: HttpRequest, found: Found) -> list[Attention]:
    notes = [
        Attention(
            strong=_("%(prototype)s, test %(number)d") % {"prototype": row["title"], "number": row["number"]},
            text=_("has two different notes. Choose which figures count."),
            href=reverse("prototypes:settle_note", args=[row["trial_id"], row["id"]]),
            action=_("Compare and choose"),
        )
        for row in found
    ]
    if n := in_all(found):
        strong = ngettext("%(n)d test has two different notes.", "%(n)d tests have two different notes.", n) % {"n": n}
        href = f"{reverse('prototypes:idea_list')}?two_notes=on"
        notes.append(
            Attention(strong, pgettext("tests", "The first tests are listed above."), href, _("See their ideas"))
        )
    return notes


# Cohorts past their format's month for a first prototype in test, with none locked in a test yet.
without_prototype = Watch(_find_without_prototype, _say_without_prototype)
# One note for all the ideas the person may confirm and of which there was no sign for six months.
silent_ideas = Watch(_find_silent, _say_silent)
# One note for all the ideas that only those who lead the cohort can take on.
ideas_to_accept = Watch(_find_to_accept, _say_to_accept)
# Notes from the field that met something else and wait for a choice that the person may make.
two_versions = Watch(_find_two_versions, _say_two_versions)

COHORT_PANEL = Panel("prototypes/panels/cohort.html", of_cohort)
HOME_CARD = Panel("prototypes/panels/home.html", latest)
