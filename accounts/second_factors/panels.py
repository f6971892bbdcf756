"""When a lost second factor was taken away from the person, on their account page."""

from typing import Any, Final

from django.http import HttpRequest

from accounts.models import FactorReset
from accounts.requests import person
from web.pages.panels import Panel

SHOWN: Final = 20


def resets(request: HttpRequest) -> dict[str, Any] | None:
    """The latest ones; nothing for whom there was none."""
    found = FactorReset.objects.filter(person=person(request)).select_related("staff").order_by("-made_at")[:SHOWN]
    return {"resets": found} if found else None


RESETS: Final = Panel("accounts/resets_panel.html", resets)
