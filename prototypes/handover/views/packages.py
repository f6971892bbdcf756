"""The page of a hand-over package, as the work was on that day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prototypes.models import Idea, IdeaEvent, Indicator, Package, Prototype, Trial
from prototypes.trials.cards import TrialCard, trial_card
from prototypes.trials.meters import figure
from prototypes.views.lookups import get_package_or_404
from web.database.nested_rows import row_from_nested


@require_safe
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a hand-over package as it was on that day: idea, challenge, prototypes, tests, decision, and the texts for
    the department.

    Raises Http404 for people who may not read it.
    """
    row = get_package_or_404(request, pk)
    context = {
        "package": row,
        "event": row.event,
        "idea": row.event.idea,
        "content": row.content,
        "idea_texts": Idea.filled_texts_in(row.content["idea"]),
    }
    return render(request, "prototypes/handover/package.html", context | package_context(row))


def package_context(row: Package) -> dict[str, Any]:
    """Return the template context of the work that a package copied: prototypes, supports, decision and indicators.

    Prototypes are pairs of an unsaved prototype and its tests, `supports` are the tests behind the decision, all tests
    as cards; the decision is None where there is none. Packages from before there were indicators have none.
    """
    content = row.content
    prototypes = [(row_from_nested(Prototype, saved), saved["tests"]) for saved in content["prototypes"]]
    trials = {test["id"]: row_from_nested(Trial, test) for _prototype, tests in prototypes for test in tests}
    cards = {pk: trial_card(trial, trials.values()) for pk, trial in trials.items()}
    decision = content["decision"]
    return {
        "prototypes": [(prototype, _cards(tests, cards)) for prototype, tests in prototypes],
        "supports": [cards[pk] for pk in content["supports"] if pk in cards],
        "decision": row_from_nested(IdeaEvent, decision) if decision else None,
        "indicators": [indicator_facts(saved) for saved in content.get("indicators", [])],
    }


def indicator_facts(saved: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a copied indicator for the page: the unsaved `indicator`, `before` and `target` as text."""
    indicator = row_from_nested(Indicator, saved)
    return {
        "indicator": indicator,
        "before": figure(indicator.baseline, indicator.unit),
        "target": figure(indicator.target, indicator.unit),
    }


def _cards(tests: list[dict[str, Any]], cards: dict[int, TrialCard]) -> list[tuple[TrialCard, str]]:
    """Return pairs of the card of each copied test and its groups of participants as text, in the order of `tests`.

    `tests` are the dictionaries that the package stores; `cards` holds the cards by key of the test.
    """
    return [(cards[test["id"]], ", ".join(test["groups"])) for test in tests]
