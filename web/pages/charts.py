"""Charts of a page: ECharts options in JSON script tags, with a text label for screen readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart; `id` is unique on the page, and `option` is an ECharts option as plain JSON.

    The option has an `xAxis`, a `yAxis` and `series`. Colours are given by name ("action", "ink", "quiet", "line" or
    "surface"), so that they follow the reader's light or dark setting. A table on the page has the same figures.
    """

    id: str
    label: StrOrPromise
    option: dict[str, Any]
