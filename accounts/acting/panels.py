"""Panel of the account page: when lab staff acted as the person."""

from typing import Any, Final

from django.http import HttpRequest

from accounts.models import SupportVisit
from accounts.requests import person
from web.pages.panels import Panel

MAX_ROWS: Final = 20


def support_visits_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the context of the panel: the latest 20 support visits to the signed-in person; None if there was none."""
    visits = (
        SupportVisit.objects.filter(person=person(request)).select_related("staff").order_by("-began_at")[:MAX_ROWS]
    )
    return {"visits": visits} if visits else None


SUPPORT_VISITS_PANEL: Final = Panel("accounts/support_panel.html", support_visits_panel)
