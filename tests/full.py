"""What `make test-full` adds to `make test` (`FULL` is set): docs/testing.md says what, decision 63 why."""

import os
from typing import Final

import pytest

FULL: Final = bool(os.environ.get("FULL"))
only_in_full: Final = pytest.mark.skipif(not FULL, reason="`make test-full` runs it")
