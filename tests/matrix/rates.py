"""The rates, to read and to take away: everyone signed in opens them, and what they show depends on the reader."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {
    "prototypes:rates": Row(),
    "prototypes:rates_figures_csv": Row(),
    "prototypes:rates_figures_xlsx": Row(),
    "prototypes:rates_ideas_csv": Row(post=True),
    "prototypes:rates_ideas_xlsx": Row(post=True),
}
