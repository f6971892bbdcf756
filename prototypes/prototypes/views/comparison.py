"""Two versions of a prototype side by side: what differs, and what their tests found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.clock import local_today
from prototypes.attachables import pictures_for, with_pictures
from prototypes.ideas.views.story_lines import when
from prototypes.models import Prototype, Trial
from prototypes.trials.cards import TrialCard, trial_card
from prototypes.views.lookups import idea_at
from web.dates.precision import Precision

TWO = 2


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions."""

    prototype: Prototype
    cards: list[TrialCard]
    pictures: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """What both say of one thing."""

    label: StrOrPromise
    first: StrOrPromise
    second: StrOrPromise

    @property
    def differs(self) -> bool:
        return str(self.first) != str(self.second)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The two versions asked for; by default the latest and the one before."""
    idea = idea_at(request, pk)
    user = person(request)
    trials = Prefetch("trials", Trial.objects.visible_to(user).order_by("number"))
    rows_of_all = idea.prototypes.visible_to(user).prefetch_related(trials).order_by("version")
    today = local_today(idea.cohort)
    versions = list(with_pictures(rows_of_all, *pictures_for(idea, today)))
    pair = chosen(versions, request.GET.get("first", ""), request.GET.get("second", ""))
    context = {"idea": idea, "versions": versions, "sides": sides(versions, pair, today), "rows": rows(pair, today)}
    return render(request, "prototypes/compare.html", context)


def chosen(versions: Sequence[Prototype], first: str, second: str) -> list[Prototype]:
    """The two by their version numbers, the earlier first; empty where there are not two."""
    by_version = {str(prototype.version): prototype for prototype in versions}
    pair = [by_version[number] for number in dict.fromkeys((first, second)) if number in by_version]
    pair = pair if len(pair) == TWO else list(versions[-TWO:])
    return sorted(pair, key=lambda prototype: prototype.version) if len(pair) == TWO else []


def sides(versions: Sequence[Prototype], pair: Sequence[Prototype], today: date) -> list[Side]:
    others = [trial for prototype in versions for trial in prototype.trials.all()]
    return [
        Side(
            prototype,
            [trial_card(trial, today, others) for trial in prototype.trials.all()],
            vars(prototype)["pictures"],
        )
        for prototype in pair
    ]


def rows(pair: Sequence[Prototype], today: date) -> list[Row]:
    """Line by line; what neither says is left out."""
    if not pair:
        return []
    first, second = (said(prototype, today) for prototype in pair)
    return [Row(label, first[label], second[label]) for label in first if first[label] or second[label]]


def said(prototype: Prototype, today: date) -> dict[StrOrPromise, StrOrPromise]:
    made = when(prototype.made_on, Precision.DAY, today) if prototype.made_on else ""
    return {
        _("Title"): prototype.title,
        _("Made on"): made,
        _("State"): prototype.get_state_display(),
        _("Medium"): prototype.medium,
        _("Realism"): prototype.get_fidelity_display() or "",
        _("Question the prototype answers"): prototype.question,
        _("Description"): prototype.description,
    }
