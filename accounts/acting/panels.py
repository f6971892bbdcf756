"""Panel of the account page: when lab staff acted as the person."""

from typing import Any, Final

from django.http import HttpRequest

from accounts.models import SupportVisit
from accounts.requests import person
from web.pages.panels import Panel

MAX_ROWS: Final = 20


def support_visits_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the template context of the account page's panel on support visits; None if there was none.

    Its one key, `visits`, holds the latest 20 visits in which lab staff acted as the signed-in person, the latest
    first.
    """
    visits = (
        SupportVisit.objects.filter(person=person(request)).select_related("staff").order_by("-began_at")[:MAX_ROWS]
    )
    return {"visits": visits} if visits else None


SUPPORT_VISITS_PANEL: Final = Panel("accounts/acting/support_panel.html", support_visits_panel)
