"""Routes of figures and downloads: everyone opens rates and network, which count only what the user may see."""

from typing import Any

from tests.factories.cast import Cast
from tests.matrix import RouteRow
from tests.matrix.cohorts import WITHIN


def figures_of_cohort(cast: Cast) -> list[Any]:
    return [cast.cohort.slug, "edition"]


ROUTES: dict[str, RouteRow] = {
    "figures:rates": RouteRow(),
    "figures:rates_figures_csv": RouteRow(),
    "figures:rates_figures_xlsx": RouteRow(),
    "figures:rates_ideas_csv": RouteRow(post=True),
    "figures:rates_ideas_xlsx": RouteRow(post=True),
    "figures:network": RouteRow(),
    "figures:network_figures_csv": RouteRow(),
    "figures:network_figures_xlsx": RouteRow(),
    "figures:share_figures": RouteRow(visible_to=WITHIN, usable_by="PA", post=True, args=figures_of_cohort),
    "figures:stop_sharing_figures": RouteRow(visible_to=WITHIN, usable_by="SPA", post=True, args=figures_of_cohort),
    "figures:compare_editions": RouteRow(usable_by="S", post=True),
}
