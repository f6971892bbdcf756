"""Badges and sign-in sheets to print, for any meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from web.pages.qr_codes import QrCode, qr_code
from web.site_addresses import absolute_url

MAX_PEOPLE: Final = 500  # on one print: their QR codes take half a second


@dataclass(frozen=True, slots=True)
class PrintedPerson:
    """A person on a badge or a sign-in sheet.

    `affiliation` is the cohort, role or organisation; `check_in_path` the path of the page that records their arrival,
    empty for none.
    """

    name: str
    affiliation: str
    check_in_path: str = ""

    @property
    def code(self) -> QrCode | None:
        """The QR code of the page that records the arrival; None without such a page."""
        return qr_code(absolute_url(self.check_in_path)) if self.check_in_path else None


@dataclass(frozen=True, slots=True)
class SheetDay:
    """A day on a sign-in sheet, with one column to sign in for each of its half-days (1 or 2)."""

    day: date
    half_days: int = 2

    @property
    def columns(self) -> list[str]:
        """The headings of the day's columns: morning and afternoon, or “Signature” for a day of one half-day."""
        return [_("Morning"), _("Afternoon")] if self.half_days > 1 else [_("Signature")]


@dataclass(frozen=True, slots=True)
class PrintedList:
    """The people and days of a print; `is_truncated` when there are more people than one print takes."""

    people: Sequence[PrintedPerson]
    days: Sequence[SheetDay] = ()
    is_truncated: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether the sheet has so many columns that it is printed on paper on its side."""
        return sum(len(day.columns) for day in self.days) > 4
