"""`manage.py implementation_rates`: how many accepted ideas were implemented, and how soon, as text or as JSON."""

import json
from argparse import ArgumentParser
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.utils.timezone import localdate

from cohorts.models import Cohort
from programmes.models import Authority, Edition
from prototypes.figures import as_json
from prototypes.rates_queries import Scope, implementation_rates

M = TypeVar("M", bound=Model)

CHOICES: dict[str, type[Model]] = {"edition": Edition, "cohort": Cohort, "authority": Authority}


def named(model: type[M], slug: str) -> M:
    """The row of that slug; raises CommandError, with near ones, when there is none."""
    found = model._default_manager.filter(slug=slug).first()
    if found is None:
        slugs = model._default_manager.order_by("slug").values_list("slug", flat=True)
        near = get_close_matches(slug, slugs, cutoff=0.5)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise CommandError(f"There is no {model._meta.model_name} “{slug}”.{hint}")
    return found


def day(text: str) -> date:
    """A day written 2026-11-24; raises CommandError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no day: write it as 2026-11-24.") from error


class Command(BaseCommand):
    help = "Implementation rates of all ideas, or of one edition, cohort or authority, as of a day (today by default)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in CHOICES:
            parser.add_argument(f"--{name}", metavar="SLUG", help=f"only this {name}")
        parser.add_argument("--as-of", metavar="DATE", help="count what had happened by that day (2026-11-24)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        today = localdate()
        as_of = day(options["as_of"]) if options["as_of"] else today
        if as_of > today:
            self.stderr.write(f"{as_of} is still to come: open ideas are taken to stay open until then.")
        chosen: dict[str, Any] = {name: named(row, options[name]) for name, row in CHOICES.items() if options[name]}
        answer = as_json(implementation_rates(scope=Scope(**chosen), as_of=as_of))
        self.stdout.write(json.dumps(answer) if options["json"] else "\n".join(readable(answer)))


def readable(answer: dict[str, Any]) -> list[str]:
    """The same figures as lines of text."""
    stock, left_out = answer["stock"], answer["left_out"]
    return [
        f"As of {answer['as_of']}",
        f"Accepted     {answer['accepted']}",
        f"Implemented  {answer['implemented']}  {shares(stock['rate'], stock['low'], stock['high'])}",
        f"Abandoned    {answer['abandoned']}",
        f"Open         {answer['open']}",
        *(
            f"Implemented within {point['months']} months: "
            f"{shares(point['implemented'], point['low'], point['high'])}, {point['at_risk']} at risk"
            for point in answer["incidence"]
        ),
        f"Left out: {left_out['captured']} only captured, {left_out['merged']} merged,"
        f" {left_out['retrospective']} known from publications",
    ]


def shares(share: float | None, low: float | None, high: float | None) -> str:
    """41.7 % (24.5-61.2), or that there is nothing yet."""
    if share is None:
        return "nothing yet"
    return f"{share:.1%}" if low is None or high is None else f"{share:.1%} ({low:.1%} to {high:.1%})"
