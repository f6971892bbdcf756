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
    """Return the lines as a plain-text list, one per line after a dash; empty without lines."""
    return "\n".join(f"– {line}" for line in lines)


def _questions(exchange: Exchange, _user: User, _language: str) -> str:
    """Return the questions of the exchange as a plain-text list for an e-mail; empty without questions.

    `exchange` must come from `EXCHANGE_AUDIENCES`, which annotates `question_texts`. User and language are not used:
    all writers of paragraphs take the same arguments.
    """
    return _listed(vars(exchange)["question_texts"])


def _programme(exchange: Exchange, _user: User, language: str) -> str:
    """Return the programme of the exchange for an e-mail, one paragraph for each day that has a programme; else empty.

    `language` decides how dates and times are written.
    """
    days = [day for day in days_of(exchange) if day.items]
    return "\n\n".join(_day_paragraph(day, language) for day in days)


def _day_paragraph(day: ProgrammeDay, language: str) -> str:
    """Return the programme of one day for an e-mail: its date, or “Day 2” while the date is not known, then a list of
    its parts.
    """
    heading = formats.weekday(day.date, language) if day.date else _("Day %(n)d") % {"n": day.number}
    return f"{heading}\n{_listed(_programme_line(item, language) for item in day.items)}"


def _programme_line(item: ProgrammeItem, language: str) -> str:
    """Return one part of the programme as a line of text: times, title, cohort that leads it, and venue.

    What is not known is left out. `language` decides how times are written.
    """
    hours = [formats.clock(at, language) for at in (item.starts_at, item.ends_at) if at]
    leader = item.speaker.name if item.speaker else ""
    return ", ".join(filter(None, [" – ".join(hours), item.title, leader, item.venue]))


def _minutes(exchange: Exchange, _user: User, _language: str) -> str:
    """Return the minutes of the exchange for an e-mail, cut after 250 words; empty without minutes."""
    minutes = exchange.minutes.first()
    return Truncator(minutes.text).words(MAX_WORDS) if minutes else ""


def _commitments(exchange: Exchange, _user: User, language: str) -> str:
    """Return the commitments made at the exchange as a list for an e-mail, each with its owner and due date; empty
    without any.
    """
    return _listed(_commitment_line(row, language) for row in exchange.commitments.select_related("owner"))


def _own_commitments(exchange: Exchange, user: User, language: str) -> str:
    """Return the open commitments that the recipient `user` made in the edition, as a list for an e-mail; empty without
    any.

    Each has its due date.
    """
    rows = Commitment.objects.open().filter(exchange__edition=exchange.edition_id, owner=user)
    return _listed(_commitment_line(row, language, with_owner=False) for row in rows.select_related("owner"))


def _commitment_line(row: Commitment, language: str, *, with_owner: bool = True) -> str:
    """Return a commitment as one line of text: its owner (unless `with_owner` is False), what it is and its due date.

    `language` decides how the date is written.
    """
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
    """Return the e-mail's paragraphs about the content of an exchange, by name, for the recipient `user`.

    The names are "questions", "programme", "minutes", "commitments" and "own_commitments". A paragraph is empty where
    there is no content. One statement for each paragraph but the questions, which were read with the exchange. Raises
    KeyError for another name.
    """
    return {name: PARAGRAPH_WRITERS[name](exchange, user, language) for name in names}
