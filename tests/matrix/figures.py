"""Routes of figures and downloads: everyone opens rates and network, which count only what the user may see."""

from tests.matrix import RouteRow

ROUTES: dict[str, RouteRow] = {
    "figures:rates": RouteRow(),
    "figures:rates_figures_csv": RouteRow(),
    "figures:rates_figures_xlsx": RouteRow(),
    "figures:rates_ideas_csv": RouteRow(post=True),
    "figures:rates_ideas_xlsx": RouteRow(post=True),
    "figures:network": RouteRow(),
    "figures:network_figures_csv": RouteRow(),
    "figures:network_figures_xlsx": RouteRow(),
    "figures:compare_editions": RouteRow(usable_by="S", post=True),
}
