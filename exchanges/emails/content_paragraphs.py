"""What letters carry of an exchange's content: questions, programme, minutes, commitments, as plain paragraphs."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.content.context import Day, days_of
from exchanges.models import Commitment, Exchange, ProgrammeItem
from web.text import formats

MOST_WORDS = 250  # of the minutes; the page has the rest
Written = Callable[[Exchange, User, str], str]


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"– {line}" for line in lines)


def _questions(exchange: Exchange, _user: User, _language: str) -> str:
    return _listed(exchange.questions.values_list("text", flat=True))


def _programme(exchange: Exchange, _user: User, language: str) -> str:
    days = [day for day in days_of(exchange) if day.items]
    return "\n\n".join(_day(day, language) for day in days)


def _day(day: Day, language: str) -> str:
    heading = formats.weekday(day.date, language) if day.date else _("Day %(n)d") % {"n": day.number}
    return f"{heading}\n{_listed(_part(item, language) for item in day.items)}"


def _part(item: ProgrammeItem, language: str) -> str:
    hours = [formats.clock(at, language) for at in (item.starts_at, item.ends_at) if at]
    leader = item.speaker.name if item.speaker else ""
    return ", ".join(filter(None, [" – ".join(hours), item.title, leader, item.place]))


def _minutes(exchange: Exchange, _user: User, _language: str) -> str:
    minutes = exchange.minutes.first()
    return Truncator(minutes.text).words(MOST_WORDS) if minutes else ""


def _commitments(exchange: Exchange, _user: User, language: str) -> str:
    return _listed(_promise(row, language) for row in exchange.commitments.select_related("owner"))


def _own_commitments(exchange: Exchange, user: User, language: str) -> str:
    rows = Commitment.objects.open().filter(exchange__edition=exchange.edition_id, owner=user)
    return _listed(_promise(row, language, named=False) for row in rows.select_related("owner"))


def _promise(row: Commitment, language: str, *, named: bool = True) -> str:
    words = {"who": row.owner, "what": row.what, "day": formats.short_day(row.due_on, language)}
    return _("%(who)s: %(what)s (due %(day)s)") % words if named else _("%(what)s (due %(day)s)") % words


WRITTEN: Final[Mapping[str, Written]] = MappingProxyType(
    {
        "questions": _questions,
        "programme": _programme,
        "minutes": _minutes,
        "commitments": _commitments,
        "own_commitments": _own_commitments,
    }
)


def contents(names: Iterable[str], exchange: Exchange, user: User, language: str) -> dict[str, str]:
    """What these names stand for; empty where there is nothing (one statement each)."""
    return {name: WRITTEN[name](exchange, user, language) for name in names}
