"""French public and school holidays from the package `holidays`, without those of all other countries.

No public import avoids these: `holidays.FR` and `holidays.country_holidays` import the package `holidays.countries`,
which imports 250 countries: 12 MiB in each process, and a tenth of its start. So the file of France is loaded alone. It
is an inner part of `holidays`, whose version is pinned; a test compares its days and names with those of `holidays.FR`.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

import holidays


def _load_class() -> Any:
    """Return the class `France` from its own file."""
    path = Path(holidays.__file__).with_name("countries") / "france.py"
    spec: Any = spec_from_file_location(__name__ + ".france", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.France


FrenchHolidays: Final = _load_class()
