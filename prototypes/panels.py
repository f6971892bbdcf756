"""What the pages of other apps show of ideas: the panel of a cohort, the home card, and the home page's notices."""

from datetime import date
from itertools import islice
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import User
from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort
from cohorts.visibility import active_on
from prototypes.enums import IdeaState
from prototypes.ideas.cells import ROW_COLUMNS, render_idea_rows
from prototypes.models import ChallengeRating, Idea, RatingRound, Trial, TrialNote
from prototypes.visibility import LEADING_ROLES, working_cohorts
from web.database.arrays import among_keys
from web.database.nested_rows import CappedCount, nested, nested_first, row_from_nested
from web.database.prepared import prepared
from web.dates.clock import Day, Today, day_in
from web.dates.months import completed_months
from web.pages.home import (
    HomeNotice,
    HomeNoticeSource,
    NestedRows,
    capped_count_text,
    since_day,
    total_if_truncated,
)
from web.pages.panels import Panel
from web.site_addresses import cached_reverse

PREVIEW_ROWS = 5
MAX_NOTICES = 5


def latest_idea_rows(user: User) -> dict[str, ArraySubquery]:
    """Return the columns `latest_idea_rows` and `tested_rows` for a query of cohorts.

    They hold the six ideas of each updated last that the person may read, and one idea that has reached a test or has a
    locked one.
    """
    ideas = Idea.objects.visible_to(user).filter(cohort=OuterRef("pk")).latest_update_first()
    is_tested = Q(reached_test_on__isnull=False) | Q(prototypes__trials__locked_on__isnull=False)
    tested = Idea.objects.filter(is_tested, cohort=OuterRef("pk"))
    return {
        "latest_idea_rows": nested(ideas[: PREVIEW_ROWS + 1], *ROW_COLUMNS),
        "tested_rows": nested(tested[:1], "id"),
    }


def cohort_ideas_panel(_request: HttpRequest, cohort: Any) -> dict[str, Any]:
    """Return the template context of the ideas on a cohort's page: the five updated last.

    `has_more` is whether the person may read others, `late_text` the text of `_late_text_of`. The cohort was read with
    the columns of `latest_idea_rows`; the request does not matter.
    """
    latest = [row_from_nested(Idea, idea) for idea in cohort.latest_idea_rows]
    return {
        "cohort": cohort,
        "ideas": latest[:PREVIEW_ROWS],
        "rows_html": render_idea_rows(latest[:PREVIEW_ROWS]),
        "has_more": len(latest) > PREVIEW_ROWS,
        "late_text": _late_text_of(cohort),
    }


def _late_text_of(cohort: Any) -> str:
    """Return the text of the home page's notice that the first test of a cohort is overdue; "" if it is not.

    The cohort was read with the columns of `latest_idea_rows`.
    """
    months = cohort.edition.format.first_prototype_months
    if cohort.state != "running" or not cohort.actual_start or months is None or cohort.tested_rows:
        return ""
    row = {"actual_start": cohort.actual_start.isoformat(), "months": months}
    return late_text(months) if is_late(row, local_today(cohort)) else ""


def latest_ideas_card(request: HttpRequest) -> dict[str, Any] | None:
    """Return the template context of the home page's card with the five ideas updated last that the person may read.

    Returns None, for no card, when they can read none.
    """
    ideas = _latest_ideas(person(request))
    return {"ideas": ideas} if ideas else None


@prepared
def _latest_ideas(user: User) -> QuerySet[Idea]:
    """Return the five ideas updated last that the person may read, without published facts.

    Except for lab staff, PostgreSQL first collects the ideas that the person may read. Else it would go through the
    ideas of everyone in the order of their updates until it has found five.
    """
    ideas = Idea.objects.measured()
    if not user.is_lab_staff:
        ideas = ideas.filter(among_keys("pk", Idea.objects.measured().visible_to(user).values("pk")))
    return ideas.select_related("cohort").latest_update_first()[:PREVIEW_ROWS]


def led_cohorts(user: User, today: Day) -> QuerySet[Cohort]:
    """Return the running cohorts that the person leads on the day `today`, as coordinator or pilot; for lab staff all
    running ones.
    """
    return working_cohorts(user, today, LEADING_ROLES).filter(state="running")


def _find_without_test(user: User, today: Today) -> ArraySubquery:
    """Return a subquery for the cohorts that the person leads, that have started and of which no idea was ever in test,
    as JSON objects; `_describe_without_prototype` leaves out those with a locked test.

    Each has id, name, actual_start, months (after which the format expects the first test), zone, and has_locked_test:
    a test can be locked before its idea is accepted. At most 50; cohorts whose format expects no test by a month are
    left out.
    """
    locked = Trial.objects.filter(prototype__idea__cohort=OuterRef("pk"), locked_on__isnull=False)
    tested = Idea.objects.filter(cohort=OuterRef("pk"), reached_test_on__isnull=False)
    rows = (
        led_cohorts(user, today)
        .filter(actual_start__isnull=False, edition__format__first_prototype_months__isnull=False)
        .exclude(Exists(tested))
        .order_by("actual_start", "pk")
    )
    columns = {"months": "edition__format__first_prototype_months", "zone": "authority__time_zone"}
    # PostgreSQL looks for locked tests in these 50 cohorts only.
    return nested(rows[: 10 * MAX_NOTICES], "id", "name", "actual_start", has_locked_test=Exists(locked), **columns)


def _describe_without_prototype(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return notices for the home page, at most five, on the cohorts of these rows whose first test is overdue today.

    `rows` are those of `_find_without_test`.
    """
    now = timezone.now()
    late = (row for row in rows if not row["has_locked_test"] and is_late(row, day_in(row["zone"], now)))
    return [late_notice(row) for row in islice(late, MAX_NOTICES)]


def is_late(row: dict[str, Any], today: date) -> bool:
    """Return whether the first test of a cohort is overdue on the day `today`, its local date.

    `row` holds `actual_start` and `months`: how many months after the start the cohort's format expects it.
    """
    started = date.fromisoformat(row["actual_start"])
    return started <= today and completed_months(started, today) >= row["months"]


def late_notice(row: dict[str, Any]) -> HomeNotice:
    """Return the home page's notice that a cohort has no prototype in test although its first was due.

    `row` holds its id, name and `months`, how many months after the start the first was due.
    """
    return HomeNotice(
        strong=row["name"],
        text=late_text(row["months"]),
        href=f"{reverse('prototypes:idea_list')}?cohort={row['id']}",
        action=_("See its ideas"),
        when=since_day(date.fromisoformat(row["actual_start"]) + relativedelta(months=row["months"])),
    )


def late_text(months: int) -> str:
    """Return the words after the name of a cohort whose first prototype in test was due `months` after its start."""
    text = ngettext(
        "has no prototype in test; the first was due after %(months)s month.",
        "has no prototype in test; the first was due after %(months)s months.",
        months,
    )
    return text % {"months": months}


def _find_unconfirmed(user: User, today: Today) -> CappedCount:
    """Return a subquery that counts the ideas without an update for six months whose state the person may confirm on
    the day `today`.
    """
    return CappedCount(Idea.objects.unconfirmed(today).confirmable_by(user, today), earliest="last_update_on")


def _describe_unconfirmed(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return one notice for the home page with the number of ideas without an update for six months; [] when it is 0.

    `rows` holds one object with the `count`.
    """
    count = rows[0]["count"]
    if not count:
        return []
    text = ngettext("has had no update for six months.", "have had no update for six months.", count)
    strong = ngettext("%(count)s idea", "%(count)s ideas", count) % {"count": capped_count_text(count)}
    since = _oldest_since_text(rows[0]["earliest"], count)
    return [HomeNotice(strong, text, reverse("prototypes:unconfirmed"), _("Confirm or change"), when=since)]


def _find_to_accept(user: User, today: Today) -> CappedCount:
    """Return a subquery that counts the captured ideas, not yet accepted, in cohorts that the person leads on the day
    `today`.
    """
    led = led_cohorts(user, today)
    waiting = Idea.objects.measured().filter(state=IdeaState.CAPTURED, cohort__in=led)
    return CappedCount(waiting, earliest="state_since")


def _describe_to_accept(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return one notice for the home page with the number of ideas that wait to be accepted; [] when it is 0.

    `rows` holds one object with the `count`.
    """
    count = rows[0]["count"]
    if not count:
        return []
    text = ngettext("is waiting to be accepted.", "are waiting to be accepted.", count)
    strong = ngettext("%(count)s idea", "%(count)s ideas", count) % {"count": capped_count_text(count)}
    href = f"{reverse('prototypes:idea_list')}?state=captured"
    since = _oldest_since_text(rows[0]["earliest"], count)
    return [HomeNotice(strong, text, href, _("See the list"), when=since)]


def _oldest_since_text(day: str | None, count: int) -> str:
    """Return “the oldest since 24/11/2026” for several ideas, “since 24/11/2026” for one; "" without a day.

    `day` is ISO text.
    """
    since = since_day(day)
    return pgettext("of several ideas", "the oldest %(since)s") % {"since": since} if since and count > 1 else since


def _find_two_notes(user: User, today: Today) -> ArraySubquery:
    """Return a subquery for the second versions of tests between which this person may choose, one for each test, as
    JSON objects.

    The first five, each with id, trial_id, title of the prototype, number of the test and the total number.
    """
    rows = TrialNote.objects.settleable_by(user, today)
    earlier = TrialNote.objects.second_versions().filter(
        trial=OuterRef("trial"), settled_at=None, pk__lt=OuterRef("pk")
    )
    named = rows.filter(~Exists(earlier)).annotate(title=F("trial__prototype__title"), number=F("trial__number"))
    return nested_first(named, MAX_NOTICES, "id", "trial_id", "title", "number", "written_at")


def _describe_two_notes(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return notices for the home page on tests about which people wrote two different field notes: one notice per test
    read.

    Where there are more such tests than `rows` holds, a last notice says how many and links to their ideas. `rows` are
    those of `_find_two_versions`.
    """
    notices = [
        HomeNotice(
            strong=_("%(prototype)s, test %(number)d") % {"prototype": row["title"], "number": row["number"]},
            text=_("has two different notes. Choose which figures count."),
            href=cached_reverse("prototypes:settle_note", row["trial_id"], row["id"]),
            action=_("Compare and choose"),
            when=since_day(row["written_at"]),
        )
        for row in rows
    ]
    if n := total_if_truncated(rows):
        strong = ngettext("%(n)d test has two different notes.", "%(n)d tests have two different notes.", n) % {"n": n}
        href = f"{reverse('prototypes:idea_list')}?two_notes=on"
        notices.append(
            HomeNotice(strong, pgettext("tests", "The first tests are listed above."), href, _("See their ideas"))
        )
    return notices


def _find_challenges_to_rate(user: User, today: Today) -> ArraySubquery | None:
    """Return a subquery for the open rounds of cohorts of which the person is a member on the day `today` and in which
    they have not rated yet, as JSON objects with id, name of the cohort and created_on; None for lab staff.
    """
    if user.is_lab_staff:
        return None
    own = user.memberships.filter(active_on(today)).values("cohort")
    rated = ChallengeRating.objects.filter(rated_challenge__rating_round=OuterRef("pk"), person=user)
    rows = RatingRound.objects.open().filter(~Exists(rated), cohort__in=own).order_by("pk")
    return nested(rows[:MAX_NOTICES], "id", "created_on", cohort_name="cohort__name")


def _describe_challenges_to_rate(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for the home page for each open round in which the reader has not rated the challenges."""
    return [
        HomeNotice(
            strong=row["cohort_name"],
            text=_("chooses challenges together. You have not rated them yet."),
            href=cached_reverse("prototypes:rate_challenges", row["id"]),
            action=_("Rate challenges"),
            when=since_day(row["created_on"]),
        )
        for row in rows
    ]


# Cohorts without an idea in test and without a locked test after the month in which their format expects the first.
without_prototype = HomeNoticeSource(
    _find_without_test,
    _describe_without_prototype,
    "without_prototype",
    gettext_lazy("Cohorts without a prototype in test"),
)
# One notice for all ideas without an update for six months that the person may confirm.
unconfirmed_ideas = HomeNoticeSource(_find_unconfirmed, _describe_unconfirmed, "unconfirmed_ideas")
# One notice for all ideas that wait for acceptance in cohorts the person leads.
ideas_to_accept = HomeNoticeSource(_find_to_accept, _describe_to_accept, "ideas_to_accept")
# Second versions of tests that wait for a choice this person may make.
two_notes = HomeNoticeSource(
    _find_two_notes, _describe_two_notes, "two_notes", gettext_lazy("Tests with two different notes")
)

# Rounds in which the person has not rated the challenges of their cohort.
challenges_to_rate = HomeNoticeSource(
    _find_challenges_to_rate,
    _describe_challenges_to_rate,
    "challenges_to_rate",
    gettext_lazy("Challenges to rate"),
)

COHORT_PANEL = Panel("prototypes/ideas/cohort_panel.html", cohort_ideas_panel, columns=latest_idea_rows)
HOME_CARD = Panel("prototypes/ideas/home_card.html", latest_ideas_card)
