"""The calendar of France from the package `holidays`, without those of all other countries.

The package loads its 250 countries together: 12 MiB in each process, and a tenth of its start.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

import holidays


def _load_france() -> Any:
    """Return the class of the calendar of France, from its own file: the folder it is in imports every country."""
    path = Path(holidays.__file__).with_name("countries") / "france.py"
    spec: Any = spec_from_file_location("holidays_of_france", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.France


FRANCE: Final = _load_france()
