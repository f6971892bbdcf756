"""The page of one person at the entrance of a meeting, with buttons that record whether they came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from web.errors import DomainError
from web.pages.printed_lists import PrintedPerson
from web.security.own_paths import own_path

BUTTONS: Final = ("came", "absent", "undo")


class RecordedAttendance(Protocol):
    """What is recorded of a person: it decides which buttons `{% attendance_buttons %}` writes."""

    @property
    def is_expected(self) -> bool:
        """Whether the person is on the list and nothing is recorded of their attendance yet."""

    @property
    def has_come(self) -> bool:
        """Whether it is recorded that the person came."""

    @property
    def is_recorded(self) -> bool:
        """Whether it is recorded that the person came, or that they did not."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session or an Intertransfo, as the pages about its participants show it.

    `part_of` names its cohort or edition; `list_href` is the address of its list of participants.
    """

    name: str
    href: str
    list_href: str
    part_of: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A person at a meeting: what is recorded of them, in words and with the colour of these (`label`, `tone`).

    Without `attendance` nothing can be recorded now, for the `reason`. `row` is the key of their row on the list.
    """

    meeting: Meeting
    person: PrintedPerson
    attendance: RecordedAttendance | None
    label: StrOrPromise
    tone: str
    reason: StrOrPromise
    row: int | None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a button has recorded, in words, and the key of the person's row on the list."""

    label: StrOrPromise
    row: int | None
    is_removed: bool = False


def check_in_page(request: HttpRequest, check_in: CheckIn, record: Callable[[str], Recorded]) -> HttpResponse:
    """Show the page of a person with its buttons; on POST run `record` with the button pressed, one of `BUTTONS`.

    Then the same page follows, or the list of participants where the button was on the list.
    """
    if request.method != "POST":
        return render(request, "check_in/person.html", {"meeting": check_in.meeting, "check_in": check_in})
    recorded = _record(request, check_in, record)
    if "list" not in request.POST and not recorded.is_removed:
        return redirect(request.path)
    fragment, list_href = f"#row-{recorded.row}" if recorded.row else "", check_in.meeting.list_href
    return redirect(own_path(f"{list_href}?{request.POST.get('list', '')}{fragment}", list_href))


def _record(request: HttpRequest, check_in: CheckIn, record: Callable[[str], Recorded]) -> Recorded:
    """Run `record` with the button that was pressed, and add a message; the reason of a refusal is one too."""
    button, name = request.POST.get("attendance", ""), check_in.person.name
    try:
        if button not in BUTTONS:
            raise DomainError(_("Choose one of the buttons."))
        recorded = record(button)
    except DomainError as error:
        messages.error(request, str(error))
        return Recorded(check_in.label, check_in.row)
    if recorded.is_removed:
        messages.success(request, _("%(name)s is removed from the list.") % {"name": name})
    else:
        messages.success(request, _("Saved: %(name)s, %(answer)s.") % {"name": name, "answer": recorded.label})
    return recorded
