"""`manage.py implementation_rates`: how many accepted ideas were implemented, and how soon, as text or as JSON."""

import json
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.utils import timezone
from django.utils.timezone import make_aware
from django.utils.translation import override

from cohorts.models import Cohort
from figures.figure_lines import FigureLine
from figures.implementation.report import report_lines as figure_lines
from figures.outcomes.assumptions import if_wrong_json
from figures.outcomes.outcome_counts import as_json
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from figures.scope.sentences import coverage
from figures.scope.visibility import VisibleCohorts
from figures.work.queries import work_done
from figures.work.work_counts import work_json
from programmes.models import Authority, Edition
from prototypes.enums import ChallengeKind
from web.dates.clock import platform_day, platform_today

M = TypeVar("M", bound=Model)

CHOICES: dict[str, type[Model]] = {"edition": Edition, "cohort": Cohort, "authority": Authority}
PERIOD = ("accepted_from", "accepted_until")


def find_by_slug(model: type[M], slug: str) -> M:
    """Return the row of the model with that slug; raise CommandError, which names similar slugs, when there is none."""
    row = model._default_manager.filter(slug=slug).first()
    if row is None:
        slugs = model._default_manager.order_by("slug").values_list("slug", flat=True)
        near = get_close_matches(slug, slugs, cutoff=0.5)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise CommandError(f"There is no {model._meta.model_name} “{slug}”.{hint}")
    return row


def day(text: str) -> date:
    """Return the date of an option written as 2026-11-24; raise CommandError for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no day: write it as 2026-11-24.") from error


def moment(text: str) -> datetime:
    """Return the moment that a text names: 2026-11-24T17:30, or a day alone for its end; raise CommandError otherwise.

    The time zone is the platform's (Paris) unless the text names one.
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no moment: write it as 2026-11-24 or 2026-11-24T17:30.") from error
    value = value if value.tzinfo else make_aware(value)
    return value if "T" in text or " " in text else value + timedelta(days=1, microseconds=-1)


def kind(text: str) -> str:
    """Return the slug of a kind of challenge (“test_case” …) as it is; raise CommandError for any other text."""
    if text not in ChallengeKind.values:
        raise CommandError(f"There is no kind of challenge “{text}”: it is one of {', '.join(ChallengeKind.values)}.")
    return text


class Command(BaseCommand):
    help = "Implementation rates of all ideas, or of some of them, as of a day (today by default)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options: scope (edition, cohort, authority), filters, `--as-of`, `--known-at`, and `--json`."""
        for name in CHOICES:
            parser.add_argument(f"--{name}", metavar="SLUG", help=f"only this {name}")
        parser.add_argument("--kind", help=f"only this kind of challenge: {', '.join(ChallengeKind.values)}")
        parser.add_argument("--accepted-from", metavar="DATE", help="only ideas accepted that day or later")
        parser.add_argument("--accepted-until", metavar="DATE", help="only ideas accepted that day or earlier")
        parser.add_argument("--as-of", metavar="DATE", help="count what had happened by that day (2026-11-24)")
        parser.add_argument("--known-at", metavar="MOMENT", help="count what had been recorded by then (2026-11-24)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        """Print the implementation rates of the chosen ideas, as lines of text or, with `--json`, as JSON.

        By default all ideas as of today. Raises CommandError for an unknown slug, kind or day, and for a `--known-at`
        before the day of the figures; a day still to come is counted with a warning.
        """
        today, now = platform_today(), timezone.now()
        as_of = day(options["as_of"]) if options["as_of"] else today
        if as_of > today:
            self.stderr.write(f"{as_of} is still to come: open ideas are taken to stay open until then.")
        known_at = moment(options["known_at"]) if options["known_at"] else None
        if known_at and platform_day(known_at) < as_of:
            raise CommandError(
                f"{options['known_at']} is before {as_of}, the day of the figures: nobody knew yet what had become"
                " of the ideas by then. Name an earlier day with --as-of."
            )
        if known_at and platform_day(known_at) > platform_day(now):
            self.stderr.write(f"{options['known_at']} is still to come: what is recorded until then is not known yet.")
        scope = scope_from(options)
        figures = implementation_rates(scope=scope, as_of=as_of, known_at=known_at, with_effects=True)
        work = None if known_at else work_done(scope=scope, as_of=as_of)
        answer = as_json(figures) | {"if_wrong": if_wrong_json(figures)}
        answer |= {"by_cohort": by_slug(answer["by_cohort"]), "scope": scope_json(scope)}
        answer |= {"authorities": authorities_json(scope), "work": work and work_json(work)}
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            with override("en"):
                self.stdout.write("\n".join(report_lines(answer, figure_lines(figures, work))))


def scope_from(options: dict[str, Any]) -> FiguresScope:
    """Return the scope that the command's options describe: edition, cohort, authority, kind and period of acceptance.

    Raises CommandError for an unknown slug or kind, an invalid day, or a period that ends before it starts.
    """
    rows: dict[str, Any] = {name: find_by_slug(row, options[name]) for name, row in CHOICES.items() if options[name]}
    first, last = (day(options[name]) if options[name] else None for name in PERIOD)
    if first and last and first > last:
        raise CommandError(f"{first} comes after {last}: turn the period round.")
    challenge_kind = kind(options["kind"]) if options["kind"] else ""
    return FiguresScope(**rows, kind=challenge_kind, accepted_from=first, accepted_until=last)


def scope_json(scope: FiguresScope) -> dict[str, str | None]:
    """Return the scope as a dict for JSON: slugs, and days as text; None for each filter that is not set."""
    rows = {name: getattr(scope, name) for name in CHOICES}
    days = {name: getattr(scope, name) for name in PERIOD}
    return {
        **{name: row and row.slug for name, row in rows.items()},
        "kind": scope.kind or None,
        **{name: on and on.isoformat() for name, on in days.items()},
    }


def authorities_json(scope: FiguresScope) -> dict[str, list[str]]:
    """Return, as a dict for JSON, the names of the authorities that the total of an edition includes (“counted”).

    “not_counted” is empty: the command reads all cohorts, whether or not they share their figures.
    """
    cohorts = Cohort.objects.filter(edition=scope.edition).select_related("authority") if scope.edition else ()
    counted, not_counted = coverage(VisibleCohorts(tuple(cohorts), None), scope)
    return {"counted": counted, "not_counted": not_counted}


def by_slug(counts: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return the counts of each cohort with its slug instead of its id under “cohort”, sorted by slug.

    None for None, which is given where there are more than 100 cohorts.
    """
    if counts is None:
        return None
    slugs = dict(Cohort.objects.filter(pk__in=[count["cohort"] for count in counts]).values_list("pk", "slug"))
    return sorted(
        ({**count, "cohort": slugs[count["cohort"]]} for count in counts), key=lambda count: str(count["cohort"])
    )


def report_lines(answer: dict[str, Any], figures: list[FigureLine]) -> list[str]:
    """Return the scope of the command's JSON answer, then the figures as in the files of the rates page, as text."""
    return [
        f"As of {answer['as_of']}" + (f", as known at {answer['known_at']}" if answer["known_at"] else ""),
        *scope_lines(answer["scope"]),
        *authorities_lines(answer["authorities"]["counted"]),
        *map(figure_text, figures),
    ]


def scope_lines(scope: dict[str, str | None]) -> list[str]:
    """Return one line that names the filters set (“Only edition transfo-2”), as a list; empty without filters."""
    scope_json = [f"{name.replace('_', ' ')} {value}" for name, value in scope.items() if value]
    return [f"Only {', '.join(scope_json)}"] if scope_json else []


def authorities_lines(names: list[str]) -> list[str]:
    """Return one line that names the authorities counted, as a list; empty without names."""
    return [f"Counted: {', '.join(names)} (the command counts all, whether or not they share)"] if names else []


def figure_text(line: FigureLine) -> str:
    """Return a figure as one line of text: “Implemented so far: 41.7% (10 of 24; 24.5% to 61.2%, wilson)”."""
    bounds = "" if line.low is None else f"{number(line.low)} to {number(line.high)}"
    parts = (
        "" if line.numerator is None else f"{line.numerator} of {line.denominator}",
        f"of {line.denominator}" if line.denominator is not None and line.numerator is None else "",
        ", ".join(part for part in (bounds, line.interval) if part),
        line.note,
    )
    details = "; ".join(part for part in parts if part)
    return f"{line.label}: {number(line.value)}" + (f" ({details})" if details else "")


def number(value: float | None) -> str:
    """Return a share (0–1) as text in percent, a count as it is, “not known” for None."""
    return "not known" if value is None else f"{value:.1%}" if isinstance(value, float) else str(value)
