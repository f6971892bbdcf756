"""Routes of the prototypes app."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {}
