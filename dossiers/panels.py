"""The link to make a dossier, on the pages of ideas, cohorts and editions."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from accounts.roles import Roles
from cohorts.models import Cohort
from dossiers.enums import DossierKind
from dossiers.models import kind_of
from programmes.models import Edition
from prototypes.models import Idea
from web.pages.panels import Panel

TEMPLATE: Final = "dossiers/panel.html"


def idea_panel(_request: HttpRequest, idea: Idea, _roles: Roles) -> dict[str, Any]:
    """Return the template context of the link to make a dossier of an idea."""
    return {"href": reverse("dossiers:idea_dossier", args=[idea.pk]), "kind": DossierKind.IDEA}


def cohort_panel(_request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """Return the template context of the link to make the dossier of a cohort, or the booklet of a residency."""
    return {"href": reverse("dossiers:cohort_dossier", args=[cohort.slug]), "kind": kind_of(cohort)}


def edition_panel(_request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """Return the template context of the link to make a dossier of an edition."""
    return {"href": reverse("dossiers:edition_dossier", args=[edition.slug]), "kind": DossierKind.EDITION}


IDEA_PANEL: Final = Panel(TEMPLATE, idea_panel, position="aside")
COHORT_PANEL: Final = Panel(TEMPLATE, cohort_panel, position="aside")
EDITION_PANEL: Final = Panel(TEMPLATE, edition_panel)
