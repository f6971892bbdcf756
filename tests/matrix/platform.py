"""Routes of the composition root and of people's own accounts."""

from tests.matrix import Row

ROUTES = {
    "home": Row(),
    "account": Row(post=True),
    "language": Row(get=False, post=True, public=True),
    "accessibility": Row(public=True),
    "search": Row(),
    "network": Row(),
    "network_figures_csv": Row(),
    "network_figures_xlsx": Row(),
    "compare_editions": Row(act="S"),
    "status": Row(act="S"),
    "livez": Row(public=True),
    "metrics": Row(see="", public=True),  # for whoever brings its token
    "readyz": Row(public=True),
}
