"""The panel of an idea's page with how many implemented ideas of its cohort have a measured effect."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.roles import Role, Roles
from cohorts.clock import local_today
from figures.effects.queries import effect_count
from figures.effects.sentences import effects_sentence
from figures.scope.selection import FiguresScope
from prototypes.enums import IdeaState
from prototypes.models import Idea
from web.pages.panels import Panel


def effects_panel(_request: HttpRequest, idea: Idea, roles: Roles) -> dict[str, Any] | None:
    """Return the template context of the implemented ideas of an idea's cohort, and how many have a measured effect.

    None for readers without a role in the cohort, for published facts, and for ideas that are neither implemented nor
    have an indicator. One statement, none for those. The idea was read with
    `lookups.with_timeline`.
    """
    concerned = idea.state == IdeaState.IMPLEMENTED or vars(idea)["indicator_rows"]
    if idea.retrospective or not concerned or not roles - {Role.NEIGHBOUR}:
        return None
    cohort = idea.cohort
    scope = FiguresScope(cohort=cohort, own=frozenset({cohort.authority_id}))
    count = effect_count(scope, as_of=local_today(cohort))
    if not count.implemented:
        return None
    sentence = effects_sentence(count.measured, count.implemented)
    return {"sentence": sentence, "rates_href": f"{reverse('figures:rates')}?{urlencode({'cohort': cohort.slug})}"}


IDEA_PANEL: Final = Panel("figures/effects/cohort_count.html", effects_panel, position="aside")
