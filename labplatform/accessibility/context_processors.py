"""Context for the footer of every page."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from labplatform.accessibility.compliance import compliance_of
from labplatform.models import AccessibilityStatement

NOT_READ: Final = object()  # for people who are not signed in; without an audit the rate is None


def accessibility(request: HttpRequest) -> dict[str, object]:
    """Return `{"accessibility_status": …}` for all templates: the status of compliance, as text.

    It costs no statement for a signed-in person, with whom the rate was read (`accounts.visibility`); for others one,
    when a template uses it.
    """

    def status() -> str:
        """Return the label of the status, in the language of the page."""
        rate: Any = getattr(getattr(request, "user", None), "accessibility_rate", NOT_READ)
        return str(AccessibilityStatement.objects.saved_status() if rate is NOT_READ else compliance_of(rate).label)

    return {"accessibility_status": SimpleLazyObject(status)}
