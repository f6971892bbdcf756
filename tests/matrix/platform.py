"""Routes of the composition root and of people's own accounts."""

from django.utils import timezone

from accounts.actions.sign_in_links import ask_sign_in_link
from tests.factories.cast import Cast
from tests.matrix import Row


def link(cast: Cast) -> list[str]:
    return [ask_sign_in_link(user=cast["M"], email=cast["M"].email, at=timezone.now(), by=None)]


def no_sign_in(_cast: Cast) -> list[int]:
    return [999999]


ROUTES = {
    "home": Row(),
    "account": Row(post=True),
    "second_factor": Row(),
    "own_sign_ins": Row(),
    "end_sign_in": Row(get=False, post=True, args=no_sign_in),
    "end_other_sign_ins": Row(get=False, post=True),
    "ask_sign_in_link": Row(post=True, public=True),
    "sign_in_link_sent": Row(public=True),
    "sign_in_link": Row(post=True, public=True, args=link),
    "language": Row(get=False, post=True, public=True),
    "accessibility": Row(public=True),
    "search": Row(),
    "network": Row(),
    "network_figures_csv": Row(),
    "network_figures_xlsx": Row(),
    "compare_editions": Row(act="S"),
    "status": Row(act="S"),
    "livez": Row(public=True),
    "readyz": Row(public=True),
}
