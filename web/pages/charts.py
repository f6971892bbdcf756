"""Charts as the page carries them: an ECharts option in a JSON script tag, with words for those who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Chart:
    """`id` is unique on the page; `option` is plain JSON in ECharts' terms.

    Colours are named, not given: "implemented", "open", "abandoned", "action", "transfo", "residency", "marker", "ink",
    so that they follow the reader's light or dark setting. The same figures stand in a table beside the chart.
    """

    id: str
    label: StrOrPromise
    option: dict[str, Any]
    caption: StrOrPromise = ""
