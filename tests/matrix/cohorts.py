"""Routes of the cohorts app."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {}
