"""Figures, to read and to take away: everyone opens rates and network, which show what the reader may read."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {
    "figures:rates": Row(),
    "figures:rates_figures_csv": Row(),
    "figures:rates_figures_xlsx": Row(),
    "figures:rates_ideas_csv": Row(post=True),
    "figures:rates_ideas_xlsx": Row(post=True),
    "figures:network": Row(),
    "figures:network_figures_csv": Row(),
    "figures:network_figures_xlsx": Row(),
    "figures:compare_editions": Row(act="S", post=True),
}
