"""Parser of a pasted list of people.

A line is `Ada Essai <ada@…>`, a name and an address in either order, or columns: address; name; role; department;
discipline; language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cohorts.people.enums import MembershipRole
from web.mailboxes import canonical_address, check_mailbox
from web.text.names import NO_ADDRESS
from web.text.visible import clean_line, clean_text, contains_address, has_visible_text

MAX_LINES: Final = 300
MAX_LENGTHS: Final = {"email": 254, "full_name": 150, "unit": 120, "discipline": 80}
LANGUAGES: Final = {
    name: code
    for code, names in {"fr": ("français", "francais", "french"), "en": ("anglais", "english")}.items()
    for name in (code, *names)
}
COLUMN_SEPARATOR: Final = re.compile(r"[;\t]")
WORD_SEPARATOR: Final = re.compile(r"[\s,]+")  # between two people on one line
NESTING_MARK: Final = re.compile(r"[(:]")
MAX_NESTING_MARKS: Final = 20  # more could exhaust the recursion of `parseaddr`
MAX_LINE_CHARACTERS: Final = 2_000
PUNCTUATION: Final = " <>,;:()[]\"'"  # around an address, or between it and the name
MAX_COLUMNS: Final = 6
COLUMNS_HINT: Final = gettext_lazy(
    "Keep at most six columns, in this order: address, name, role, department, discipline, language."
)
ONE_PERSON_HINT: Final = gettext_lazy("Check that each line has one person.")


@dataclass(frozen=True, slots=True)
class PastedLine:
    """A person to invite, read from line `number` of a pasted list; details that it lacks are ""."""

    number: int
    email: str
    full_name: str
    role: str
    unit: str = ""
    discipline: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line of a pasted list that cannot become an invitation: its number, its text, the reason, and what to write."""

    number: int
    value: str
    reason: str
    suggestion: str = ""


def parse_list(text: str, *, role: str, names: Mapping[str, str]) -> tuple[list[PastedLine], list[RejectedLine]]:
    """Return two lists: the people read from a pasted text, one per line, and the lines that cannot be read, with the
    reason.

    `role` applies to lines that name none; `names` gives the slug of a role by how people write it. Empty lines and the
    heading of a table are skipped; a second line with the same address and role is rejected.
    """
    accepted: list[PastedLine] = []
    rejected: list[RejectedLine] = []
    first_lines: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        value = clean_text(line).strip()
        if not value or _is_heading(value, number):
            continue
        result = _parse_line(number, value, role, names)
        if isinstance(result, PastedLine):
            first_line = first_lines.setdefault((result.email, result.role), number)
            if first_line != number:
                reason = _("Line %(n)d invites this address already.") % {"n": first_line}
                result = RejectedLine(number, value, reason, _("Remove this line."))
        (accepted if isinstance(result, PastedLine) else rejected).append(result)  # type: ignore[arg-type]
    return accepted, rejected


def role_names() -> dict[str, str]:
    """Return a mapping from what people write, in lower case, to the slug of a cohort role.

    It has the slugs themselves and the labels in every language of the platform.
    """
    names = {role.value: role.value for role in MembershipRole}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names |= {name: role.value for role in MembershipRole for name in _spellings(str(role.label))}
    return names


def _spellings(label: str) -> list[str]:
    """Return the names under which people write the role with this label, in lower case.

    “élu ou élue” gives itself and either part.
    """
    return [label.casefold(), *label.casefold().split(" ou ")]


def _is_heading(value: str, number: int) -> bool:
    """Return whether a line is the heading of a copied table: line 1, with columns and without an address.

    `value` is its text, `number` its position counted from 1.
    """
    return number == 1 and "@" not in value and bool(COLUMN_SEPARATOR.search(value))


def _parse_line(number: int, value: str, role: str, names: Mapping[str, str]) -> PastedLine | RejectedLine:
    """Return the person read from one line, or the line with the reason why it cannot be read.

    `value` is its text, `number` its position in the list. `role` applies when the line names none; `names` gives the
    slug of a role by how people write it.
    """
    parts = [clean_line(part).strip() for part in COLUMN_SEPARATOR.split(value)]
    if len(value) > MAX_LINE_CHARACTERS:
        return RejectedLine(number, value[:MAX_LINE_CHARACTERS], *_too_long())
    if len(_addresses(parts[0])) > 1:
        return RejectedLine(number, value, _("This line has more than one address."), str(ONE_PERSON_HINT))
    if any(parts[MAX_COLUMNS:]):
        return RejectedLine(number, value, _("This line has more columns than expected."), str(COLUMNS_HINT))
    name, email = _name_and_address(parts[0])
    parts = [part.strip('"') for part in parts]
    full_name, written_role, unit, discipline, language = [*parts[1:], "", "", "", "", ""][:5]
    full_name = full_name or ("" if name == email else name)
    email = canonical_address(email) or email.strip().lower()
    if problem := _line_problem(email, full_name, unit, discipline) or _language_problem(language):
        return RejectedLine(number, value, *problem)
    if written_role and written_role.casefold() not in names:
        role_labels = ", ".join(sorted({str(label) for label in MembershipRole.labels}))
        return RejectedLine(number, value, _("“%(role)s” is not a role.") % {"role": written_role}, role_labels)
    return PastedLine(
        number,
        email,
        full_name,
        names.get(written_role.casefold(), role),
        unit,
        discipline,
        LANGUAGES.get(language.casefold(), ""),
    )


def _addresses(written: str) -> set[str]:
    """Return the e-mail addresses in a text, in lower case: every word that contains an @, complete or not."""
    return {word.strip(PUNCTUATION).lower() for word in WORD_SEPARATOR.split(written) if "@" in word}


def _name_and_address(written: str) -> tuple[str, str]:
    """Return a pair, name and address, read from the first column of a line; "" for what is missing.

    Without angle brackets, the word with an @ is the address. Both are "" for a text so nested that it could overload
    the parser.
    """
    words = written.split()
    if len(NESTING_MARK.findall(written)) > MAX_NESTING_MARKS:
        return "", ""
    if "<" in written or "@" not in written:
        name, email = parseaddr(written)
        before = written.partition("<")[0]
        return before.strip(
            PUNCTUATION
        ) if ":" in before else name.strip(), email  # `parseaddr` drops the text before a colon
    name = " ".join(word for word in words if "@" not in word)
    return name.strip(PUNCTUATION), next(word for word in words if "@" in word).strip(PUNCTUATION)


def _line_problem(email: str, full_name: str, unit: str, discipline: str) -> tuple[str, str] | None:
    """Return a pair of sentences, what is wrong with a line's address, name or lengths and what to write; None if all
    is right.
    """
    example = "Ada Essai <ada@ville.example>"
    try:
        check_mailbox(email)
    except ValidationError:
        return _address_problem(email), _("Write the line like this: %(line)s") % {"line": example}
    if not has_visible_text(full_name):
        reason = _("The name has no visible characters.") if full_name else _("This line has no name.")
        return reason, _("Write the line like this: %(line)s") % {"line": f"{_('First name and surname')} <{email}>"}
    if contains_address(full_name):
        return str(NO_ADDRESS), _("Write the line like this: %(line)s") % {"line": example}
    sizes = {"email": email, "full_name": full_name, "unit": unit, "discipline": discipline}
    if any(len(text) > MAX_LENGTHS[name] for name, text in sizes.items()):
        return _too_long()
    return None


def _address_problem(email: str) -> str:
    """Return the sentence why the text `email` is not a valid address: no @, accents, or not complete."""
    if "@" not in email:
        return _("This line has no e-mail address.")
    if not email.rpartition("@")[0].isascii():
        return _("This address has accents or other characters that e-mail does not accept: check how it is written.")
    return _("“%(email)s” is not a complete e-mail address: check how it is written.") % {"email": email}


def _language_problem(written: str) -> tuple[str, str] | None:
    """Return a pair of sentences, what is wrong with the language written in a line and what to write; None if all is
    right.

    An empty text is right.
    """
    if not written or written.casefold() in LANGUAGES:
        return None
    reason = _("“%(language)s” is not a language of this platform.") % {"language": written}
    return reason, _("Write fr or en, or leave the column empty.")


def _too_long() -> tuple[str, str]:
    """Return a pair of sentences for a line, or a part of it, that is too long: the reason, and what to check."""
    return _("This line, or a part of it, is too long."), str(ONE_PERSON_HINT)
