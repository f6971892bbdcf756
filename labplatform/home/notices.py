"""The notices of a person's home page: grouped by kind, without those that the person postponed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from labplatform.models import NoticeSnooze
from labplatform.setup.checklist import SETUP_FACTS, SetupChecklist, setup_checklist
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, HomeRows, rows_of
from web.pages.hooks import notice_sources
from web.site_addresses import cached_reverse

MAX_VISIBLE: Final = 2  # of the notices of one kind; the others are folded


@dataclass(frozen=True, slots=True)
class KeyedNotice:
    """A notice with its key; `until` is the day on which a postponed one comes back."""

    key: str
    notice: HomeNotice
    until: date | None = None

    @property
    def snooze_href(self) -> str:
        """The address of the page on which the person chooses when the notice comes back."""
        return f"{cached_reverse('snooze_notice')}?notice={quote(self.key, safe='')}"


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """The notices of one kind, under a common label."""

    label: StrOrPromise
    notices: list[KeyedNotice]

    @property
    def visible(self) -> list[KeyedNotice]:
        """Return the notices that are shown at once; one more is not worth a fold."""
        return self.notices if len(self.notices) == MAX_VISIBLE + 1 else self.notices[:MAX_VISIBLE]

    @property
    def folded(self) -> list[KeyedNotice]:
        """Return the notices that are folded away."""
        return self.notices[len(self.visible) :]


@dataclass(frozen=True, slots=True)
class HomePageNotices:
    """The groups of notices of a home page, and what the person postponed, the earliest to come back first.

    `checklist` leads an installation that begins to its first edition; None afterwards, and for all but lab staff.
    """

    groups: list[NoticeGroup]
    snoozed: list[KeyedNotice]
    checklist: SetupChecklist | None = None

    def find(self, key: str) -> KeyedNotice | None:
        """Return the notice with this key, shown or postponed; None when there is none."""
        current = (notice for group in self.groups for notice in group.notices)
        return next((notice for notice in (*current, *self.snoozed) if notice.key == key), None)


def home_page_notices(request: HttpRequest) -> HomePageNotices:
    """Return the notices of the signed-in person's home page (one statement)."""
    sources, others = notice_sources(), (_SNOOZES, SETUP_FACTS)
    found = dict(rows_of([*sources, *others], request))
    until = {row["notice"]: date.fromisoformat(row["until"]) for row in found.get(_SNOOZES, [])}
    is_reader = person(request).is_lab_reader
    described = ((source, source.describe(request, found[source])) for source in sources if source in found)
    kinds = [
        (source, [_keyed(source, notice.without_button() if is_reader else notice, until) for notice in notices])
        for source, notices in described
    ]
    current = [(source, [notice for notice in notices if notice.until is None]) for source, notices in kinds]
    snoozed = [notice for _source, notices in kinds for notice in notices if notice.until]
    return HomePageNotices(
        [NoticeGroup(source.label, notices) for source, notices in current if notices],
        sorted(snoozed, key=lambda notice: notice.until or date.max),
        setup_checklist(request, found.get(SETUP_FACTS, [])),
    )


def _keyed(source: HomeNoticeSource, notice: HomeNotice, until: dict[str, date]) -> KeyedNotice:
    """Return a notice with its key; `until` has the day on which postponed notices come back, by key."""
    key = f"{source.slug}:{notice.href}"
    return KeyedNotice(key, notice, until.get(key))


def _find_snoozes(user: Any, today: Today) -> ArraySubquery:
    """Return the subquery of what the person postponed to a later day than the platform's `today`."""
    return nested(NoticeSnooze.objects.filter(person=user, until__gt=today.platform), "notice", "until")


_SNOOZES: Final = HomeRows(_find_snoozes)
