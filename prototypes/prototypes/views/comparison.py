"""The page that compares two versions of a prototype and their tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.clock import local_today
from prototypes.file_owners import pictures_for, with_pictures
from prototypes.ideas.views.timeline_entries import day_text
from prototypes.models import Prototype, Trial
from prototypes.trials.cards import TrialCard, trial_card
from prototypes.views.lookups import get_idea_or_404

VERSIONS_COMPARED = 2


@dataclass(frozen=True, slots=True)
class ComparedPrototype:
    """One of the two versions, with its tests and pictures."""

    prototype: Prototype
    cards: list[TrialCard]
    pictures: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PrototypeComparisonRow:
    """One property of both versions."""

    label: StrOrPromise
    first: StrOrPromise
    second: StrOrPromise

    @property
    def differs(self) -> bool:
        """Return whether the property has different values in the two versions."""
        return str(self.first) != str(self.second)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two versions of an idea's prototype side by side: those with the numbers `?first=` and `?second=`, else the
    latest two.

    Raises Http404 for people who may not read the idea.
    """
    idea = get_idea_or_404(request, pk)
    user = person(request)
    trials = Prefetch("trials", Trial.objects.visible_to(user).order_by("number"))
    rows_of_all = idea.prototypes.visible_to(user).prefetch_related(trials).order_by("version")
    today = local_today(idea.cohort)
    versions = list(with_pictures(rows_of_all, *pictures_for(idea, today)))
    pair = chosen_versions(versions, request.GET.get("first", ""), request.GET.get("second", ""))
    context = {
        "idea": idea,
        "versions": versions,
        "sides": compared_prototypes(versions, pair),
        "rows": comparison_rows(pair),
    }
    return render(request, "prototypes/prototypes/compare.html", context)


def chosen_versions(versions: Sequence[Prototype], first: str, second: str) -> list[Prototype]:
    """Return the two versions with the numbers `first` and `second`, as in the query, the earlier first; else the
    latest two.

    [] when the idea has fewer than two versions.
    """
    by_version = {str(prototype.version): prototype for prototype in versions}
    pair = [by_version[number] for number in dict.fromkeys((first, second)) if number in by_version]
    pair = pair if len(pair) == VERSIONS_COMPARED else list(versions[-VERSIONS_COMPARED:])
    return sorted(pair, key=lambda prototype: prototype.version) if len(pair) == VERSIONS_COMPARED else []


def compared_prototypes(versions: Sequence[Prototype], pair: Sequence[Prototype]) -> list[ComparedPrototype]:
    """Return each version of `pair` with its tests and pictures.

    `versions` are all those of the idea: their tests tell whether a success criterion changed.
    """
    others = [trial for prototype in versions for trial in prototype.trials.all()]
    return [
        ComparedPrototype(
            prototype,
            [trial_card(trial, others) for trial in prototype.trials.all()],
            vars(prototype)["pictures"],
        )
        for prototype in pair
    ]


def comparison_rows(pair: Sequence[Prototype]) -> list[PrototypeComparisonRow]:
    """Return the properties of both versions of `pair` side by side, without those that are empty in both; [] for an
    empty pair.
    """
    if not pair:
        return []
    first, second = (description_of(prototype) for prototype in pair)
    return [
        PrototypeComparisonRow(label, first[label], second[label]) for label in first if first[label] or second[label]
    ]


def description_of(prototype: Prototype) -> dict[StrOrPromise, StrOrPromise]:
    """Return the properties of a prototype by label, as people read them: title, day, state, medium, realism, question,
    description.

    A property without a value is "".
    """
    made = day_text(prototype.made_on) if prototype.made_on else ""
    return {
        _("Title"): prototype.title,
        _("Made on"): made,
        _("State"): prototype.get_state_display(),
        _("Medium"): prototype.medium,
        _("Realism"): prototype.get_fidelity_display() or "",
        _("Question the prototype answers"): prototype.question,
        _("Description"): prototype.description,
    }
