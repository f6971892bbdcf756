"""Panel of the account page: when a lost second factor was removed."""

from typing import Any, Final

from django.http import HttpRequest

from accounts.models import FactorReset
from accounts.requests import person
from web.pages.panels import Panel

MAX_ROWS: Final = 20


def factor_resets_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the template context of the account page's panel on removed second factors; None if none was removed.

    Its one key, `resets`, holds the latest 20 removals by the lab for the signed-in person, the latest first.
    """
    resets = FactorReset.objects.filter(person=person(request)).select_related("staff").order_by("-made_at")[:MAX_ROWS]
    return {"resets": resets} if resets else None


FACTOR_RESETS_PANEL: Final = Panel("accounts/second_factors/resets_panel.html", factor_resets_panel)
