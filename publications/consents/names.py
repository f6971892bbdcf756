"""Names of people in the texts of versions: found however they are spelled, with the surname first or last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import unescape
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import User
from cohorts.models import Cohort, Membership
from programmes.models import Authority, AuthorityAdmin
from publications.models import PUBLIC_TEXT, TEXTS, Publication, PublicationPicture, PublicName
from web.database.text_search import joined_text, name_order

SEVERAL_WORDS: Final = r"\S\s+\S"
_UNSEEN: Final = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"  # accents as characters, and what takes no place
_WORD: Final = re.compile(rf"(?:[^\W_][{_UNSEEN}]*)+")


def people_named_without_consent(publication: Publication, today: date) -> list[str]:
    """Return the names of people that the texts contain, and who have not agreed to it as of `today` (four statements).

    The descriptions of pictures are texts too. See `_people_looked_for`.
    """
    words = words_of(publication)
    agreed = {_sorted_words(name) for name in publication.names.with_consent(today).values_list("name", flat=True)}
    people = _people_looked_for(publication.cohort).filter(erased_at=None).order_by("full_name", "pk")
    names = dict.fromkeys(people.values_list("full_name", flat=True))
    return [name for name in names if _sorted_words(name) not in agreed and has_name(words, name)]


def _people_looked_for(cohort: Cohort | None) -> QuerySet[User]:
    """Return the people whose names are looked for in what is about a cohort: those whom its leads know, which are its
    people, the admins of its authority and lab staff.

    In what the lab publishes: everyone whose name has several words; one word alone is too often an ordinary one.
    """
    if cohort is None:
        return User.objects.filter(full_name__regex=SEVERAL_WORDS)
    members = Membership.objects.filter(cohort=cohort).values("user")
    admins = AuthorityAdmin.objects.filter(authority=cohort.authority_id).values("user")
    return User.objects.filter(Q(pk__in=members) | Q(pk__in=admins) | Q(is_lab_staff=True))


def authorities_named(publication: Publication) -> list[Authority]:
    """Return the authorities with a cohort that the texts name, by key (two statements)."""
    words = words_of(publication)
    rows = Authority.objects.filter(cohorts__isnull=False).distinct().order_by("pk")
    return [authority for authority in rows if _contains(words, plain_words(authority.name))]


def words_of(publication: Publication) -> str:
    """Return the words of all texts of a version, the descriptions of its pictures included, with blanks between them.

    A mark stands between two texts: what ends one and begins the next is no name (one statement).
    """
    descriptions = publication.pictures.values_list("alt_fr", "alt_en")
    texts = [*(getattr(publication, column) for column in TEXTS), *(text for both in descriptions for text in both)]
    return "|".join(f" {' '.join(plain_words(unescape(text)))} " for text in texts)


def has_name(words: str, name: str) -> bool:
    """Return whether the words of a version have this name, with the surname first or last; "" is no name."""
    return any(_contains(words, order) for order in _orders(plain_words(name)))


def without_name(text: str, name: str) -> str:
    """Return the text with “…” in place of the name, wherever and however it is spelled there."""
    found = [(match.start(), match.end(), "".join(plain_words(match[0]))) for match in _WORD.finditer(text)]
    orders = [list(order) for order in _orders(plain_words(name))]
    parts, written, first = list[str](), 0, 0
    while first < len(found):
        last = first + len(orders[0]) - 1 if orders else len(found)
        if last < len(found) and [word for _start, _end, word in found[first : last + 1]] in orders:
            parts += [text[written : found[first][0]], "…"]
            written, first = found[last][1], last
        first += 1
    return "".join([*parts, text[written:]])


def versions_naming(name: str) -> Iterator[Publication]:
    """Yield the versions that name this person in their texts, descriptions of pictures, list of names or reason of
    withdrawal, by key; "" names nobody.
    """
    longest = max(plain_words(name), key=len, default="")
    if not longest:
        return
    described = PublicationPicture.objects.alias(plain=name_order(joined_text("alt_fr", "alt_en")))
    pictures = described.filter(plain__contains=longest).values("publication")
    listed = PublicName.objects.alias(plain=name_order("name")).filter(plain__contains=longest).values("publication")
    rows = Publication.objects.alias(plain=name_order(PUBLIC_TEXT), reason=name_order("end_reason"))
    in_texts = Q(plain__contains=longest) | Q(reason__contains=longest)
    for row in rows.filter(in_texts | Q(pk__in=pictures) | Q(pk__in=listed)).order_by("pk"):
        in_list = any(same_name(named.name, name) for named in row.names.all())
        if in_list or has_name(words_of(row), name) or without_name(row.end_reason, name) != row.end_reason:
            yield row


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents, Markdown and characters that take no place."""
    characters = unicodedata.normalize("NFKD", text)
    visible = (each for each in characters if not unicodedata.combining(each) and unicodedata.category(each) != "Cf")
    return re.findall(r"[^\W_]+", "".join(visible).casefold())


def _orders(words: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return the orders in which people write the words of a name: “Ana Roy” and “Roy Ana”."""
    return [[*words[first:], *words[:first]] for first in range(len(words))]


def _contains(words: str, wanted: Sequence[str]) -> bool:
    """Return whether the words of a version have these words one after another."""
    return f" {' '.join(wanted)} " in words


def same_name(name: str, other: str) -> bool:
    """Return whether two names have the same words, in any order."""
    return _sorted_words(name) == _sorted_words(other)


def _sorted_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, in an order that does not depend on how it is written."""
    return tuple(sorted(plain_words(name)))
