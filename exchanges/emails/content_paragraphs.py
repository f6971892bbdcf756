"""Plain-text paragraphs for e-mails: questions, programme, minutes and commitments of an exchange."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.content.context import ProgrammeDay, days_of
from exchanges.models import Commitment, Exchange, ProgrammeItem
from web.text import formats

MAX_WORDS = 250  # of the minutes; the page shows them in full
ParagraphWriter = Callable[[Exchange, User, str], str]


def _listed(lines: Iterable[str]) -> str:
    """Return the lines as a plain-text list, each after a dash."""
    return "\n".join(f"– {line}" for line in lines)


def _questions(exchange: Exchange, _user: User, _language: str) -> str:
    """Return the questions of the exchange as a list for an e-mail."""
    return _listed(exchange.questions.values_list("text", flat=True))


def _programme(exchange: Exchange, _user: User, language: str) -> str:
    """Return the programme of the exchange for an e-mail, a paragraph for each day that has one."""
    days = [day for day in days_of(exchange) if day.items]
    return "\n\n".join(_day_paragraph(day, language) for day in days)


def _day_paragraph(day: ProgrammeDay, language: str) -> str:
    """Return the programme of one day for an e-mail: its date, or its number while the date is not known, then its
    parts.
    """
    heading = formats.weekday(day.date, language) if day.date else _("Day %(n)d") % {"n": day.number}
    return f"{heading}\n{_listed(_programme_line(item, language) for item in day.items)}"


def _programme_line(item: ProgrammeItem, language: str) -> str:
    """Return one part of the programme as a line: times, title, cohort that leads it, and venue."""
    hours = [formats.clock(at, language) for at in (item.starts_at, item.ends_at) if at]
    leader = item.speaker.name if item.speaker else ""
    return ", ".join(filter(None, [" – ".join(hours), item.title, leader, item.venue]))


def _minutes(exchange: Exchange, _user: User, _language: str) -> str:
    """Return the minutes of the exchange for an e-mail, cut after `MAX_WORDS` words; empty without minutes."""
    minutes = exchange.minutes.first()
    return Truncator(minutes.text).words(MAX_WORDS) if minutes else ""


def _commitments(exchange: Exchange, _user: User, language: str) -> str:
    """Return the commitments made at the exchange as a list for an e-mail, each with its owner."""
    return _listed(_commitment_line(row, language) for row in exchange.commitments.select_related("owner"))


def _own_commitments(exchange: Exchange, user: User, language: str) -> str:
    """Return the recipient's open commitments in the edition as a list for an e-mail."""
    rows = Commitment.objects.open().filter(exchange__edition=exchange.edition_id, owner=user)
    return _listed(_commitment_line(row, language, with_owner=False) for row in rows.select_related("owner"))


def _commitment_line(row: Commitment, language: str, *, with_owner: bool = True) -> str:
    """Return a commitment as a line: its owner unless `with_owner` is False, what it is, and its due date."""
    words = {"who": row.owner, "what": row.what, "day": formats.short_day(row.due_on, language)}
    return _("%(who)s: %(what)s (due %(day)s)") % words if with_owner else _("%(what)s (due %(day)s)") % words


PARAGRAPH_WRITERS: Final[Mapping[str, ParagraphWriter]] = MappingProxyType(
    {
        "questions": _questions,
        "programme": _programme,
        "minutes": _minutes,
        "commitments": _commitments,
        "own_commitments": _own_commitments,
    }
)


def content_paragraphs(names: Iterable[str], exchange: Exchange, user: User, language: str) -> dict[str, str]:
    """Return the e-mail's paragraphs about the content of an exchange for these names of `PARAGRAPH_WRITERS`.

    `user` is the recipient. A paragraph is empty where there is no content (one statement each).
    """
    return {name: PARAGRAPH_WRITERS[name](exchange, user, language) for name in names}
