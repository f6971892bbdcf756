"""The package a department received at hand-over, to print: as the work stood that day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts.clock import local_today
from prototypes.models import IdeaEvent, Package, Prototype, Trial
from prototypes.trials.cards import TrialCard, trial_card
from prototypes.views.lookups import package_at
from web.database.nested_rows import revived


@require_safe
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """The idea, its problem, what was made and tested, the decision, and what people wrote for the department."""
    row = package_at(request, pk)
    context = {"package": row, "event": row.event, "idea": row.event.idea, "content": row.content}
    return render(request, "prototypes/package.html", context | unpacked(row))


def unpacked(row: Package) -> dict[str, Any]:
    """Prototypes and tests as they were, drawn as pages draw them; the tests that supported the decision first said."""
    content = row.content
    prototypes = [(revived(Prototype, told), told["tests"]) for told in content["prototypes"]]
    trials = {test["id"]: revived(Trial, test) for _prototype, tests in prototypes for test in tests}
    cards = {pk: trial_card(trial, local_today(row.event.idea.cohort), trials.values()) for pk, trial in trials.items()}
    decision = content["decision"]
    return {
        "prototypes": [(prototype, _cards(tests, cards)) for prototype, tests in prototypes],
        "supports": [cards[pk] for pk in content["supports"] if pk in cards],
        "decision": revived(IdeaEvent, decision) if decision else None,
    }


def _cards(tests: list[dict[str, Any]], cards: dict[int, TrialCard]) -> list[tuple[TrialCard, str]]:
    """Each test with who took part."""
    return [(cards[test["id"]], ", ".join(test["groups"])) for test in tests]
