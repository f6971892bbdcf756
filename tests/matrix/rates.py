"""The rates page: everyone signed in opens it, and what it shows depends on the reader."""

from tests.matrix import Row

ROUTES: dict[str, Row] = {"prototypes:rates": Row()}
