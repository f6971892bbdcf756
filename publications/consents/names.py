"""Names of people in the texts of versions: found however they are spelled, with the surname first or last."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import unescape
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from accounts.models import User
from cohorts.models import Cohort, Membership
from programmes.models import Authority, AuthorityAdmin
from publications.models import ALL_TEXTS, Publication, PublicationPicture, PublicName
from web.database.text_search import joined_text, name_order

SEVERAL_WORDS: Final = r"\S\s+\S"
# Letters that Unicode does not take apart, written as the database writes them without accents.
WITHOUT_LIGATURES: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t"}
)
_UNSEEN: Final = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"  # accents as characters, and what takes no place
_HIDDEN: Final = re.compile(f"[{_UNSEEN}]")
_WORD: Final = re.compile(rf"(?:[^\W_][{_UNSEEN}]*)+")


def people_named_without_consent(publication: Publication, today: date) -> list[str]:
    """Return the names of people that the texts contain, and who have not agreed to it as of `today` (four statements).

    The descriptions of pictures are texts too. See `_people_to_find`.
    """
    words = words_of(publication)
    agreed = {_sorted_words(name) for name in publication.names.with_consent(today).values_list("name", flat=True)}
    people = _people_to_find(publication.cohort).filter(erased_at=None).order_by("full_name", "pk")
    names = dict.fromkeys(people.values_list("full_name", flat=True))
    return [name for name in names if _sorted_words(name) not in agreed and has_name(words, name)]


def _people_to_find(cohort: Cohort | None) -> QuerySet[User]:
    """Return the people to find in the texts about a cohort: its people, the admins of its authority and lab staff.

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

    A mark separates two texts: what ends one and begins the next is no name (one statement). A text with HTML
    entities, or characters that take no place, is there in each form: as it is read and, like in the database, as it is
    written.
    """
    descriptions = publication.pictures.values_list("alt_fr", "alt_en")
    texts = [*(getattr(publication, column) for column in ALL_TEXTS), *(text for both in descriptions for text in both)]
    return "|".join(map(_words_of_text, texts))


def _words_of_text(text: str) -> str:
    """Return the words of a text with blanks between them, in each form in which they can be read."""
    forms = dict.fromkeys([unescape(text), text, _HIDDEN.sub(" ", text)])
    return "|".join(f" {' '.join(plain_words(form))} " for form in forms)


def has_name(words: str, name: str) -> bool:
    """Return whether the words of a version have this name, with the surname first or last; "" is no name."""
    return any(_contains(words, order) for order in _orders(plain_words(name)))


def without_name(text: str, name: str) -> str:
    """Return the text with “…” in place of the name, wherever and however it is spelled there.

    A text that hides the name behind HTML entities or characters that take no place is returned without these.
    """
    read = unescape(text)
    forms = (_without_words(form, name) for form in (text, read, _HIDDEN.sub(" ", read)))
    return next((form for form in forms if not has_name(_words_of_text(form), name)), "…")


def _without_words(text: str, name: str) -> str:
    """Return the text with “…” in place of the words of the name where they follow one another."""
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
    texts = _with_word(Publication.objects.all(), joined_text(*ALL_TEXTS, "end_reason"), longest).values("pk")
    pictures = _with_word(PublicationPicture.objects.all(), joined_text("alt_fr", "alt_en"), longest)
    listed = _with_word(PublicName.objects.all(), F("name"), longest)
    keys = Q(pk__in=texts) | Q(pk__in=pictures.values("publication")) | Q(pk__in=listed.values("publication"))
    for row in Publication.objects.filter(keys).order_by("pk"):
        in_list = any(same_name(named.name, name) for named in row.names.all())
        if in_list or has_name(words_of(row), name) or without_name(row.end_reason, name) != row.end_reason:
            yield row


def _with_word(rows: QuerySet[Any], text: Combinable, word: str) -> QuerySet[Any]:
    """Return the rows whose text may have this word: plainly, or behind HTML entities and characters that take no
    place.
    """
    plainly = Q(plain__contains=name_order(Value(word)))
    found: QuerySet[Any] = rows.alias(searched=text, plain=name_order(text)).filter(
        plainly | Q(searched__regex=f"[&{_UNSEEN}]")
    )
    return found


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents, Markdown and characters that take no place."""
    characters = unicodedata.normalize("NFKD", text)
    visible = (each for each in characters if not unicodedata.combining(each) and unicodedata.category(each) != "Cf")
    return re.findall(r"[^\W_]+", "".join(visible).casefold().translate(WITHOUT_LIGATURES))


def _orders(words: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return all rotations of the words of a name: its surname is written first or last."""
    return [[*words[first:], *words[:first]] for first in range(len(words))]


def _contains(words: str, name: Sequence[str]) -> bool:
    """Return whether the words of a version have these of a name, one after another."""
    return f" {' '.join(name)} " in words


def same_name(name: str, other: str) -> bool:
    """Return whether two names have the same words, in any order."""
    return _sorted_words(name) == _sorted_words(other)


def _sorted_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, in an order that does not depend on how it is written."""
    return tuple(sorted(plain_words(name)))
