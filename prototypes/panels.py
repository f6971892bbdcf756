"""What the pages of other apps show of ideas: the panel of a cohort, the home card, and the notes of the home page."""

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
from web.database.nested_rows import column_names, nested, nested_count, nested_first, row_from_nested
from web.database.prepared import prepared
from web.dates.clock import Day, Today, day_in
from web.dates.months import completed_months
from web.pages.home import Attention, AttentionSource, NestedRows, total_if_truncated
from web.pages.panels import Panel

PREVIEW_ROWS = 5
MAX_NOTES = 5


def cohort_ideas_panel(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """Return the template context of the ideas on a cohort's page: its latest ideas, and the parts other apps add.

    Runs one statement.
    """
    user = person(request)
    ideas = Idea.objects.visible_to(user).filter(cohort=OuterRef("pk")).latest_update_first()
    part_columns = columns_for("cohort", user)
    [row] = Cohort.objects.filter(pk=cohort.pk).values(
        idea_rows=nested(ideas[: PREVIEW_ROWS + 1], *column_names(Idea)), **part_columns
    )
    latest = [row_from_nested(Idea, idea) for idea in row["idea_rows"]]
    vars(cohort).update({name: column for name, column in row.items() if name in part_columns})
    context = {"cohort": cohort, "ideas": latest[:PREVIEW_ROWS], "has_more": len(latest) > PREVIEW_ROWS}
    return context | parts_of("cohort", request, cohort, frozenset())


def latest_ideas_card(request: HttpRequest) -> dict[str, Any] | None:
    """Return the template context of the home page's card with the latest ideas; None when the person can read none."""
    ideas = _latest_ideas(person(request))
    return {"ideas": ideas} if ideas else None


@prepared
def _latest_ideas(user: User) -> QuerySet[Idea]:
    """Return the five ideas with the latest updates that the person may read, without published facts."""
    return Idea.objects.visible_to(user).measured().select_related("cohort").latest_update_first()[:PREVIEW_ROWS]


def led_cohorts(user: User, today: Day) -> QuerySet[Cohort]:
    """Return the running cohorts that the person leads on the day `today`, as coordinator or pilot.

    For lab staff, all running cohorts.
    """
    return working_cohorts(user, today, LEADING_ROLES).filter(state="running")


def _find_without_prototype(user: User, today: Today) -> ArraySubquery:
    """Return a subquery for the cohorts that the person leads, that have started and have no locked test, as nested
    rows.
    """
    tested = Trial.objects.filter(prototype__idea__cohort=OuterRef("pk"), locked_on__isnull=False)
    rows = (
        led_cohorts(user, today)
        .filter(actual_start__isnull=False, edition__format__first_prototype_months__isnull=False)
        .exclude(Exists(tested))
        .order_by("actual_start", "pk")
    )
    columns = {"months": "edition__format__first_prototype_months", "zone": "authority__time_zone"}
    return nested(rows[: 10 * MAX_NOTES], "id", "name", "actual_start", **columns)


def _describe_without_prototype(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return notes for the home page, at most five, on the cohorts of these rows that should have locked their first
    test by today and have locked none.
    """
    now = timezone.now()
    return [late_note(row) for row in rows if is_late(row, day_in(row["zone"], now))][:MAX_NOTES]


def is_late(row: dict[str, Any], today: date) -> bool:
    """Return whether the first test of a cohort is overdue on the day `today`.

    `row` holds `actual_start` and `months`: how long after the start the cohort's format expects it.
    """
    started = date.fromisoformat(row["actual_start"])
    return started <= today and completed_months(started, today) >= row["months"]


def late_note(row: dict[str, Any]) -> Attention:
    """Return the home page's note that a cohort has no prototype in test in time; `row` holds its key, name and
    `months`.
    """
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


def _find_stale(user: User, today: Today) -> ArraySubquery:
    """Return a subquery that counts the unconfirmed ideas that the person may confirm on the day `today`."""
    return nested_count(Idea.objects.unconfirmed(today).confirmable_by(user, today))


def _describe_stale(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return one note for the home page on the counted unconfirmed ideas; none when the count is 0."""
    count = rows[0]["count"]
    if not count:
        return []
    text = ngettext("has had no update for six months.", "have had no update for six months.", count)
    strong = ngettext("%(count)s idea", "%(count)s ideas", count) % {"count": count}
    return [Attention(strong, text, reverse("prototypes:unconfirmed"), _("Confirm or change"))]


def _find_to_accept(user: User, today: Today) -> ArraySubquery:
    """Return a subquery that counts the captured ideas in cohorts that the person leads on the day `today`."""
    led = led_cohorts(user, today)
    return nested_count(Idea.objects.measured().filter(state=IdeaState.CAPTURED, cohort__in=led))


def _describe_to_accept(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return one note for the home page on the counted ideas that wait to be accepted; none when the count is 0."""
    count = sum(row["count"] for row in rows)
    if not count:
        return []
    text = ngettext("is waiting to be accepted.", "are waiting to be accepted.", count)
    strong = ngettext("%(count)s idea", "%(count)s ideas", count) % {"count": count}
    return [Attention(strong, text, f"{reverse('prototypes:idea_list')}?state=captured", _("See the list"))]


def _find_two_versions(user: User, today: Today) -> ArraySubquery:
    """Return a subquery for the second versions of tests that wait for this person's choice, one for each test."""
    rows = FieldNote.objects.settleable_by(user, today)
    earlier = FieldNote.objects.second_versions().filter(
        trial=OuterRef("trial"), settled_at=None, pk__lt=OuterRef("pk")
    )
    named = rows.filter(~Exists(earlier)).annotate(title=F("trial__prototype__title"), number=F("trial__number"))
    return nested_first(named, MAX_NOTES, "id", "trial_id", "title", "number")


def _describe_two_versions(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the home page's notes on tests with two versions: one note each for the first five, one for the rest."""
    notes = [
        Attention(
            strong=_("%(prototype)s, test %(number)d") % {"prototype": row["title"], "number": row["number"]},
            text=_("has two different notes. Choose which figures count."),
            href=reverse("prototypes:settle_note", args=[row["trial_id"], row["id"]]),
            action=_("Compare and choose"),
        )
        for row in rows
    ]
    if n := total_if_truncated(rows):
        strong = ngettext("%(n)d test has two different notes.", "%(n)d tests have two different notes.", n) % {"n": n}
        href = f"{reverse('prototypes:idea_list')}?two_notes=on"
        notes.append(
            Attention(strong, pgettext("tests", "The first tests are listed above."), href, _("See their ideas"))
        )
    return notes


# Cohorts without a locked test after the month in which their format expects the first one.
without_prototype = AttentionSource(_find_without_prototype, _describe_without_prototype)
# One note for all ideas without an update for six months that the person may confirm.
stale_ideas = AttentionSource(_find_stale, _describe_stale)
# One note for all ideas that wait for acceptance in cohorts the person leads.
ideas_to_accept = AttentionSource(_find_to_accept, _describe_to_accept)
# Second versions of tests that wait for a choice this person may make.
two_versions = AttentionSource(_find_two_versions, _describe_two_versions)

COHORT_PANEL = Panel("prototypes/panels/cohort.html", cohort_ideas_panel)
HOME_CARD = Panel("prototypes/panels/home.html", latest_ideas_card)
