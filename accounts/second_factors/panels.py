"""Panel of the account page: when a lost second factor was removed."""

from typing import Any, Final

from django.http import HttpRequest

from accounts.models import FactorReset
from accounts.requests import person
from web.pages.panels import Panel

MAX_ROWS: Final = 20


def factor_resets_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the context of the panel: the latest 20 removals of the signed-in person's second factors; None if there
    was none.
    """
    resets = FactorReset.objects.filter(person=person(request)).select_related("staff").order_by("-made_at")[:MAX_ROWS]
    return {"resets": resets} if resets else None


FACTOR_RESETS_PANEL: Final = Panel("accounts/resets_panel.html", factor_resets_panel)
