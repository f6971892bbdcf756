"""The rates, to read and to take away: everyone signed in opens them, and what they show depends on the reader."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {
    "figures:rates": Row(),
    "figures:rates_figures_csv": Row(),
    "figures:rates_figures_xlsx": Row(),
    "figures:rates_ideas_csv": Row(post=True),
    "figures:rates_ideas_xlsx": Row(post=True),
}
