"""Parsers of single cells: dates, numbers, choices and texts as people write them in French and English.

Pure: a parser takes the text of a cell and returns a value, or raises CellError with a reason and a suggestion.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, TypeAlias

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from web.mailboxes import canonical_address, check_mailbox
from web.templatetags.web import number as number_text
from web.text.visible import clean_line, clean_text

EXCEL_DAY_ZERO: Final = date(1899, 12, 30)  # its serials count from here, for dates after February 1900
EXCEL_SERIALS: Final = range(20_000, 80_000)  # 1954 to 2119: smaller and larger numbers are no dates of ours
SHORTEST_MONTH: Final = 3  # characters that tell a month: “sep”, but “jui” is two of them
MOST_DAYS: Final = 31  # in one cell
LONGEST_VALUE: Final = 60  # characters of a date, a time or a number: the patterns below are slow on long texts
CENTURY_PIVOT: Final = 70  # two digits of a year: 69 is 2069, 70 is 1970
LANGUAGES: Final = ("fr", "en")
SHORTEST_SUGGESTION: Final = 3  # characters: “1”, “a” and “x” stand for choices, but resemble anything
LEAST_SIMILARITY: Final = 0.85  # of a cell and its suggestion: “réalisée” and “validée” have 0.8
NEGATIONS: Final = frozenset({"jamais", "never", "ni", "no", "non", "not", "pas", "peu", "sans", "without"})
NEGATIVE_PREFIXES: Final = ("in", "non", "un")

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_NUMERIC: Final = re.compile(r"(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_DAY_MONTH_YEAR: Final = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+(?:of\s+)?([^\W\d]+)\.?,?\s+(\d{4})")
_MONTH_DAY_YEAR: Final = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")
_WEEKDAY: Final = re.compile(
    r"^(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[^\W\d]*\.?,?\s+(?=\S*\s*\S*\s*\d)", re.IGNORECASE
)
_BLANKS: Final = re.compile(r"[\s'’\u00a0\u202f]")
_NUMBER_UNITS: Final = re.compile(r"(?:€|eur|euros?|%)$", re.IGNORECASE)
_TIME: Final = re.compile(r"(\d{1,2})\s*(?:[:h]\s*(\d{2})?)(?::\d{2})?\s*(am|pm)?", re.IGNORECASE)
PUNCTUATION: Final = " <>,;:()[]\"'"  # around an address, or between it and the name
_BETWEEN_DAYS: Final = re.compile(r"[,;\n&+]|\bet\b|\band\b")
_ADDRESS_LIKE: Final = re.compile(r"[^\s<]@[^\s>]+\.")


class CellError(Exception):
    """A cell cannot be read: why, and what to write instead ("" where nothing can be suggested)."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason, self.suggestion = reason, suggestion


@dataclass(frozen=True, slots=True)
class CellOptions:
    """How the cells of a table are read: `month_first` reads 03/10/2026 as 10 March."""

    month_first: bool = False


Parser: TypeAlias = Callable[[str, CellOptions], Any]


def normalised(text: str) -> str:
    """Return a text as words are compared: lower case, no accents, single spaces, no punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.replace("œ", "oe")).split())


def text(*, length: int = 20_000, lines: bool = False) -> Parser:
    """Return the parser of a text of at most `length` characters, on one line unless `lines` is given."""

    def parse(cell: str, _options: CellOptions) -> str:
        """Return the cleaned text; raise CellError when it is too long."""
        cleaned = (clean_text(cell) if lines else clean_line(cell)).strip()
        if len(cleaned) > length:
            reason = _("This text has %(given)s characters; at most %(most)s are accepted.")
            raise CellError(
                reason % {"given": number_text(len(cleaned)), "most": number_text(length)}, cleaned[:length].rstrip()
            )
        return cleaned

    return parse


def day(cell: str, options: CellOptions) -> date | None:
    """Return the date of a cell: ISO, in French or English words or figures, or a serial of Excel; None when empty.

    Raises CellError with the nearest date as suggestion when the month has no such day.
    """
    written = " ".join(clean_line(cell).split())
    if not written:
        return None
    written = _WEEKDAY.sub("", written) if len(written) <= LONGEST_VALUE else ""
    if match := _SERIAL.fullmatch(written):
        if int(match[1]) in EXCEL_SERIALS:
            return EXCEL_DAY_ZERO + timedelta(days=int(match[1]))
    elif match := _ISO.fullmatch(written):
        return _checked_day(int(match[1]), int(match[2]), int(match[3]), iso=True)
    elif match := _NUMERIC.fullmatch(written):
        return _numeric_day(match, options)
    elif match := _DAY_MONTH_YEAR.fullmatch(written):
        return _day_in_words(match[1], match[2], match[3], written)
    elif match := _MONTH_DAY_YEAR.fullmatch(written):
        return _day_in_words(match[2], match[1], match[3], written)
    raise CellError(_("“%(text)s” is not a date.") % {"text": clean_line(cell)[:80]}, "")


def days(cell: str, options: CellOptions) -> tuple[date, ...]:
    """Return the dates of a cell, sorted and each once: one, or several between commas, semicolons, “et”, “and”, lines.

    () when the cell is empty. Raises CellError for a part that is no date.
    """
    try:
        first = day(cell, options)
    except CellError:
        parts = [part for part in _BETWEEN_DAYS.split(cell) if part.strip()]
        if len(parts) < 2:
            raise
        if len(parts) > MOST_DAYS:
            reason = _("A cell holds at most %(n)d dates. Divide them among several rows.")
            raise CellError(reason % {"n": MOST_DAYS}) from None
        return tuple(sorted({found for part in parts if (found := day(part, options))}))
    return (first,) if first else ()


def _numeric_day(match: re.Match[str], options: CellOptions) -> date:
    """Return the date of a match such as 30/09/2026, in the order that the options tell; raise CellError."""
    first, second, year = int(match[1]), int(match[2]), _full_year(match[3])
    number, month = (second, first) if options.month_first else (first, second)
    return _checked_day(year, month, number, month_first=options.month_first)


def _full_year(written: str) -> int:
    """Return a year of two or four digits as a number: 26 is 2026, 98 is 1998."""
    year = int(written)
    if len(written) > 2:
        return year
    return year + (2000 if year < CENTURY_PIVOT else 1900)


def _day_in_words(number: str, name: str, year: str, written: str) -> date:
    """Return the date of a day, the name of a month and a year; raise CellError when no month is called so."""
    month = _month(name)
    if month is None:
        raise CellError(_("“%(text)s” is not a date.") % {"text": written[:80]})
    return _checked_day(int(year), month, int(number))


def _month(name: str) -> int | None:
    """Return the number of the month with this name, or this beginning of its name, in French or English."""
    word = normalised(name)
    found = {
        month
        for month, names in _month_names().items()
        if any(full == word or (len(word) >= SHORTEST_MONTH and full.startswith(word)) for full in names)
    }
    return found.pop() if len(found) == 1 else None


@cache
def _month_names() -> dict[int, list[str]]:
    """Return the names of each month in French and English, as words are compared."""
    names: dict[int, list[str]] = {}
    for language in LANGUAGES:
        with override(language):
            for month, label in MONTHS.items():
                names.setdefault(month, []).append(normalised(str(label)))
    return names


def _checked_day(year: int, month: int, number: int, *, iso: bool = False, month_first: bool = False) -> date:
    """Return the date; raise CellError when there is no such month, or no such day in it.

    The suggestion is written as the cell is: `iso`, or with the month first.
    """
    if not 1 <= month <= 12:
        reason = _("There is no month %(month)d. Check whether day and month are exchanged.") % {"month": month}
        raise CellError(reason, _written_day(year, number, month, iso, month_first) if 1 <= number <= 12 else "")
    if not 1 <= year <= 9999:
        raise CellError(_("There is no year %(year)d.") % {"year": year})
    last = monthrange(year, month)[1]
    if not 1 <= number <= last:
        reason = ngettext("%(month)s %(year)d has %(days)d day.", "%(month)s %(year)d has %(days)d days.", last) % {
            "month": str(MONTHS[month]).capitalize(),
            "year": year,
            "days": last,
        }
        raise CellError(reason, _written_day(year, month, min(max(number, 1), last), iso, month_first))
    return date(year, month, number)


def _written_day(year: int, month: int, number: int, iso: bool, month_first: bool) -> str:
    """Return a date as text, in the notation of the cell it is suggested for."""
    if iso:
        return f"{year:04}-{month:02}-{number:02}"
    first, second = (month, number) if month_first else (number, month)
    return f"{first:02}/{second:02}/{year:04}"


def seems_month_first(cells: list[str]) -> bool | None:
    """Return whether dates such as 09/30/2026 among the cells put the month first; None when none tells."""
    matches = [match for cell in cells if (match := _NUMERIC.fullmatch(cell.strip()))]
    if any(int(match[1]) > 12 for match in matches):
        return False
    return True if any(int(match[2]) > 12 for match in matches) else None


def is_ambiguous_day(cell: str) -> bool:
    """Return whether a cell is a date that reads differently with the month first, such as 03/10/2026."""
    match = _NUMERIC.fullmatch(cell.strip())
    return bool(match and int(match[1]) <= 12 and int(match[2]) <= 12 and match[1].zfill(2) != match[2].zfill(2))


def number(*, least: Decimal | int = 0, most: Decimal | int = 10**9, decimals: int = 2) -> Parser:
    """Return the parser of a number with decimal comma or point, thousands in groups, a sign € or % behind it.

    Its value is a Decimal between `least` and `most`; None for an empty cell.
    """

    def parse(cell: str, _options: CellOptions) -> Decimal | None:
        """Return the number of a cell; raise CellError when it is none, or out of its limits."""
        written = clean_line(cell).strip()
        if not written:
            return None
        value = _decimal(written) if len(written) <= LONGEST_VALUE else None
        if value is None:
            raise CellError(_("“%(text)s” is not a number.") % {"text": written[:80]})
        if not least <= value <= most:
            reason = _("The number must be between %(least)s and %(most)s.")
            raise CellError(reason % {"least": least, "most": most})
        if value != round(value, decimals):
            raise CellError(
                ngettext("At most %(n)d decimal is accepted.", "At most %(n)d decimals are accepted.", decimals)
                % {"n": decimals},
                str(round(value, decimals)),
            )
        return round(value, decimals)

    return parse


def _decimal(written: str) -> Decimal | None:
    """Return the number that a text holds, or None: of two different separators the last one is the decimal one."""
    compact = _NUMBER_UNITS.sub("", _BLANKS.sub("", written))
    if "," in compact and "." in compact:
        thousands = "," if compact.rfind(".") > compact.rfind(",") else "."
        compact = compact.replace(thousands, "")
    elif compact.count(",") > 1 or compact.count(".") > 1:
        compact = compact.replace(",", "").replace(".", "")
    if not re.fullmatch(r"[+\-−]?\d+(?:[.,]\d*)?", compact):
        return None
    try:
        return Decimal(compact.replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None


def integer(*, least: int = 0, most: int = 32_767) -> Parser:
    """Return the parser of a whole number between `least` and `most`; its value is None for an empty cell."""
    parse_number = number(least=least, most=most, decimals=0)

    def parse(cell: str, options: CellOptions) -> int | None:
        """Return the whole number of a cell; raise CellError when it is none, or out of its limits."""
        value = parse_number(cell, options)
        return None if value is None else int(value)

    return parse


def choice(words: Callable[[], Mapping[str, str]], *, labels: Callable[[], list[str]]) -> Parser:
    """Return the parser of a choice: `words()` gives the value by each French or English word for it.

    A refusal suggests the nearest of these words, so one in the language of the cell, if it does not say the opposite.
    It lists `labels()`, in the reader's language. The value is "" for an empty cell.
    """

    @cache
    def spellings() -> dict[str, str]:
        """Return each word by how words are compared; of two that compare alike, the first."""
        return {normalised(word): word for word in reversed(list(words()))}

    def parse(cell: str, _options: CellOptions) -> str:
        """Return the value that the word in the cell stands for; raise CellError when it stands for none."""
        word = normalised(cell)
        if not word:
            return ""
        if word in spellings():
            return words()[spellings()[word]]
        candidates = [
            other
            for other in spellings()
            if len(other) >= SHORTEST_SUGGESTION and not _only_one_is_negated(word, other)
        ]
        close = get_close_matches(word, candidates, n=1, cutoff=LEAST_SIMILARITY)
        reason = _("“%(text)s” is not one of: %(choices)s. French and English words are accepted.") % {
            "text": cell.strip()[:80],
            "choices": ", ".join(labels()),
        }
        raise CellError(reason, spellings()[close[0]] if close else "")

    return parse


def _only_one_is_negated(text: str, other: str) -> bool:
    """Return whether one of two normalised texts says no where the other does not: “pas venu” and “est venu”, or
    “unexcused” and “excused”.
    """
    shorter, longer = sorted((text, other), key=len)
    has_prefix = any(longer == prefix + shorter for prefix in NEGATIVE_PREFIXES)
    return has_prefix or not NEGATIONS.isdisjoint(set(text.split()) ^ set(other.split()))


def enum_choice(enum: Any, synonyms: Mapping[str, Any] | None = None) -> Parser:
    """Return the parser of a choice of an enumeration: its labels in French and English, synonyms, and its slugs.

    Of “usager ou usagère du service” either part is accepted, and “usager du service”. `synonyms` gives the value by a
    further word.
    """

    @cache
    def words() -> dict[str, str]:
        """Return the value of the enumeration by each word that stands for it."""
        values: dict[str, str] = {}
        for language in LANGUAGES:
            with override(language):
                values |= {word: member.value for member in enum for word in _words_of(str(member.label))}
        return values | dict(synonyms or {}) | {str(value): value for value in enum.values}

    return choice(words, labels=lambda: [str(label) for label in enum.labels])


def _words_of(label: str) -> tuple[str, ...]:
    """Return a label and the words for one gender in it: of “A ou B de C” also “A”, “A de C” and “B de C”."""
    first, *others = re.split(r" (?:ou|or) |/", label)
    ending = others[-1].split()[1:] if others and " " not in first else []
    return (label, first, *others, " ".join([first, *ending]))


def email_address(cell: str, _options: CellOptions) -> str:
    """Return the e-mail address of a cell as it is stored, also out of “Ada Essai <ada@ville.example>”; "" when empty.

    Raises CellError for more than one address, and for what is none.
    """
    name, addresses = _name_and_addresses(cell)
    if not addresses and not name:
        return ""
    if len(addresses) > 1:
        raise CellError(_("This cell has more than one address. Give each person a row."))
    try:
        check_mailbox(addresses[0] if addresses else name)
    except ValidationError as error:
        raise CellError(" ".join(map(str, error.messages))) from error
    return canonical_address(addresses[0])


def address_or_name(cell: str, options: CellOptions) -> str:
    """Return the address in a cell, next to which a name is not needed, else the name; a name may begin with an @.

    Raises CellError for an address that is none.
    """
    try:
        return email_address(cell, options) if "@" in cell else str(text(length=150)(cell, options))
    except CellError:
        if _ADDRESS_LIKE.search(cell):
            raise
        return str(text(length=150)(cell, options))


def name_of_address(cell: str) -> str:
    """Return the name next to the address in a cell, as in “Ada Essai <ada@ville.example>”; "" without one."""
    name, addresses = _name_and_addresses(cell)
    return name if addresses else ""


def _name_and_addresses(cell: str) -> tuple[str, list[str]]:
    """Return the words of a cell without an @, as a name, and those with one, each once and without punctuation."""
    words = clean_line(cell).replace("<", " <").replace(">", "> ").removeprefix("mailto:").split()
    name = " ".join(word for word in words if "@" not in word).strip(PUNCTUATION)
    return name, list(dict.fromkeys(word.strip(PUNCTUATION) for word in words if "@" in word))


def clock_time(cell: str, _options: CellOptions) -> str:
    """Return the time of day of a cell as “09:30”, from 9h30, 9 h, 09:30 or 9:30 am; "" when empty, else CellError."""
    written = clean_line(cell).strip()
    if not written:
        return ""
    match = _TIME.fullmatch(written) if len(written) <= LONGEST_VALUE else None
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[3].lower() == "pm" else 0)
    if hour > 23 or minute > 59:
        raise CellError(_("“%(text)s” is not a time of day.") % {"text": written[:80]}, "09:30")
    return f"{hour:02}:{minute:02}"
