"""Routes of the composition root and of people's own accounts."""

from tests.matrix import Row

ROUTES = {
    "home": Row(),
    "account": Row(post=True),
    "act_as": Row(act="S", post=True, args=lambda cast: [cast["P"].pk]),
    "stop_acting": Row(see="", get=False, post=True),
    "language": Row(get=False, post=True, public=True),
    "accessibility": Row(public=True),
    "search": Row(),
    "network": Row(),
    "object_history": Row(act="S", args=lambda cast: ["cohort", cast.cohort.slug]),
    "object_history_csv": Row(act="S", args=lambda cast: ["cohort", cast.cohort.slug]),
    "network_figures_csv": Row(),
    "network_figures_xlsx": Row(),
    "compare_editions": Row(act="S"),
    "status": Row(act="S"),
    "livez": Row(public=True),
    "readyz": Row(public=True),
}
