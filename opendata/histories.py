"""Releases of open data have no history page: their page lists each issue."""

from typing import Final

from opendata.models import Release, ReleasePart

MODELS_WITHOUT_PAGE: Final = {
    Release: "The page of releases lists each issue, and when it ended.",
    ReleasePart: "Never changes.",
}
