"""The part of an idea's page that says how many implemented ideas of its cohort have a measured effect."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.roles import Role, Roles
from cohorts.clock import local_today
from figures.effects.queries import effect_count
from figures.scope.selection import FiguresScope
from prototypes.enums import IdeaState
from prototypes.models import Idea
from prototypes.registries import PagePart


def effects_part(_request: HttpRequest, idea: Idea, roles: Roles) -> dict[str, Any]:
    """Return the template context of the implemented ideas of an idea's cohort, and how many have a measured effect.

    `cohort_effects` is None for readers without a role in the cohort, for published facts, and for ideas that are
    neither implemented nor have an indicator. One statement where it is not None. The idea was read with
    `lookups.with_timeline`.
    """
    concerned = idea.state == IdeaState.IMPLEMENTED or vars(idea)["indicator_rows"]
    if idea.retrospective or not concerned or not roles - {Role.NEIGHBOUR}:
        return {"cohort_effects": None}
    cohort = idea.cohort
    scope = FiguresScope(cohort=cohort, own=frozenset({cohort.authority_id}))
    count = effect_count(scope, as_of=local_today(cohort))
    return {
        "cohort_effects": count if count.implemented else None,
        "cohort_effects_href": f"{reverse('figures:rates')}?{urlencode({'cohort': cohort.slug})}",
    }


IDEA_PART: Final = PagePart("figures/effects/cohort_count.html", pages={"idea": "aside"}, context=effects_part)
