"""Which tables of this app have a history without a page, and why."""

from typing import Final

from imports.models import ImportBatch

MODELS_WITHOUT_PAGE: Final = {
    ImportBatch: "The import belongs to the person who made it; what it created or changed has its own history.",
}
