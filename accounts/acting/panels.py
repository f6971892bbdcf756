"""When the lab acted as the person, on their account page."""

from typing import Any, Final

from django.http import HttpRequest

from accounts.models import SupportVisit
from accounts.requests import person
from web.pages.panels import Panel

SHOWN: Final = 20


def visits(request: HttpRequest) -> dict[str, Any] | None:
    """The latest ones; nothing for whom the lab never acted for."""
    found = SupportVisit.objects.filter(person=person(request)).select_related("staff").order_by("-began_at")[:SHOWN]
    return {"visits": found} if found else None


VISITS: Final = Panel("accounts/support_panel.html", visits)
