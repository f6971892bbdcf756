"""Routes of figures and downloads: everyone opens rates and network, which count only what the user may see."""

from typing import Any

from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from tests.factories.cast import Cast
from tests.factories.figures import FiguresConsentFactory
from tests.matrix import RouteRow
from tests.matrix.cohorts import WITHIN

FORM = "?choices=1"


def figures_of_cohort(cast: Cast) -> list[Any]:
    return [cast.cohort.slug, "edition"]


def shared_figures_of_cohort(cast: Cast) -> list[Any]:
    """Return a cohort that shares its figures with its edition."""
    if not FiguresConsent.objects.open(Audience.EDITION).filter(cohort=cast.cohort).exists():
        FiguresConsentFactory(cohort=cast.cohort, granted_by=cast["P"])
    return figures_of_cohort(cast)


ROUTES: dict[str, RouteRow] = {
    "figures:rates": RouteRow(parts=("?page=1", FORM)),
    "figures:rates_figures_csv": RouteRow(),
    "figures:rates_figures_xlsx": RouteRow(),
    "figures:groups": RouteRow(parts=(FORM,)),
    "figures:groups_csv": RouteRow(),
    "figures:groups_xlsx": RouteRow(),
    "figures:rates_definitions": RouteRow(),
    "figures:rates_ideas_csv": RouteRow(post=True),
    "figures:rates_ideas_xlsx": RouteRow(post=True),
    "figures:rates_effects_csv": RouteRow(),
    "figures:rates_effects_xlsx": RouteRow(),
    "figures:changes": RouteRow(parts=(FORM,)),
    "figures:changes_csv": RouteRow(),
    "figures:changes_xlsx": RouteRow(),
    "figures:network": RouteRow(parts=(FORM,)),
    "figures:network_definitions": RouteRow(),
    "figures:network_figures_csv": RouteRow(),
    "figures:network_figures_xlsx": RouteRow(),
    "figures:share_figures": RouteRow(visible_to=WITHIN, usable_by="PA", post=True, args=figures_of_cohort),
    "figures:stop_sharing_figures": RouteRow(
        visible_to=WITHIN, usable_by="SPA", post=True, args=shared_figures_of_cohort
    ),
}
