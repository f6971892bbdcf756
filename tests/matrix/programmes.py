"""Routes of the programmes app."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {}
