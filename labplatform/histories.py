"""Models of the composition root that have no history page."""

from typing import Final

from labplatform.models import AccessibilityReport, AccessibilityStatement

MODELS_WITHOUT_PAGE: Final = {
    AccessibilityReport: "A report has one page, which says whether it is answered.",
    AccessibilityStatement: "The statement has one page, which shows what it is now.",
}
