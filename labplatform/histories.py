"""Models of the composition root that have no history page."""

from typing import Final

from labplatform.models import AccessibilityStatement

MODELS_WITHOUT_PAGE: Final = {
    AccessibilityStatement: "The statement has one page, which shows what it is now.",
}
