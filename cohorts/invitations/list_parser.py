"""A pasted list of people, read line by line: `Ada Essai <ada@…>`, name and address side by side in either order, or
address; name; role; unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cohorts.people.enums import Role
from web.mailboxes import canonical_address, check_mailbox
from web.text.names import NO_ADDRESS
from web.text.visible import cleaned, leads_away, one_line, shows

MOST_LINES: Final = 300
LONGEST: Final = {"email": 254, "full_name": 150, "unit": 120, "discipline": 80}
LANGUAGES: Final = {
    name: code
    for code, names in {"fr": ("français", "francais", "french"), "en": ("anglais", "english")}.items()
    for name in (code, *names)
}
COLUMNS: Final = re.compile(r"[;\t]")
BETWEEN: Final = re.compile(r"[\s,]+")  # what stands between two people on one line
NESTING: Final = re.compile(r"[(:]")
MOST_NESTED: Final = 20  # marks by which addresses stand within one another: each is a step deeper for who reads them
LONGEST_LINE: Final = 2_000
AROUND: Final = " <>,;:()[]\"'"  # what people put around an address or between it and the name
MOST_COLUMNS: Final = 6
COLUMNS_READ: Final = gettext_lazy(
    "Keep at most six columns, in this order: address, name, role, department, discipline, language."
)
ONE_PERSON: Final = gettext_lazy("Check that each line has one person.")


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody to invite, as line `number` says it."""

    number: int
    email: str
    full_name: str
    role: str
    unit: str = ""
    discipline: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line nobody can be invited by: its number, what stands there, why, and what to write instead."""

    number: int
    value: str
    reason: str
    suggestion: str = ""


def read(text: str, *, role: str, names: Mapping[str, str]) -> tuple[list[Line], list[Refusal]]:
    """Every line that says something. `role` is for lines that name none; `names` are the roles as people write them.

    An address named twice counts once: the second line is refused.
    """
    good: list[Line] = []
    bad: list[Refusal] = []
    seen: dict[tuple[str, str], int] = {}
    for number, written in enumerate(text.splitlines(), 1):
        value = cleaned(written).strip()
        if not value or _is_heading(value, number):
            continue
        found = _line(number, value, role, names)
        if isinstance(found, Line):
            before = seen.setdefault((found.email, found.role), number)
            if before != number:
                said = _("Line %(n)d invites this address already.") % {"n": before}
                found = Refusal(number, value, said, _("Remove this line."))
        (good if isinstance(found, Line) else bad).append(found)  # type: ignore[arg-type]
    return good, bad


def role_names() -> dict[str, str]:
    """Each role by its slug and by its names in every language of ours, capitals aside: lists are copied about."""
    found = {role.value: role.value for role in Role}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {name: role.value for role in Role for name in _names(str(role.label))}
    return found


def _names(label: str) -> list[str]:
    """“élu ou élue” is written as either."""
    return [label.casefold(), *label.casefold().split(" ou ")]


def _is_heading(value: str, number: int) -> bool:
    """The first line of a table copied with its heading."""
    return number == 1 and "@" not in value and bool(COLUMNS.search(value))


def _line(number: int, value: str, role: str, names: Mapping[str, str]) -> Line | Refusal:
    parts = [one_line(part).strip() for part in COLUMNS.split(value)]
    if len(value) > LONGEST_LINE:
        return Refusal(number, value[:LONGEST_LINE], *_too_long())
    if len(_addresses(parts[0])) > 1:
        return Refusal(number, value, _("This line has more than one address."), str(ONE_PERSON))
    if any(parts[MOST_COLUMNS:]):
        return Refusal(number, value, _("This line has more columns than expected."), str(COLUMNS_READ))
    name, email = _who(parts[0])
    parts = [part.strip('"') for part in parts]
    full_name, asked, unit, discipline, language = [*parts[1:], "", "", "", "", ""][:5]
    full_name = full_name or ("" if name == email else name)
    email = canonical_address(email) or email.strip().lower()
    if problem := _problem(email, full_name, unit, discipline) or _language_problem(language):
        return Refusal(number, value, *problem)
    if asked and asked.casefold() not in names:
        listed = ", ".join(sorted({str(label) for label in Role.labels}))
        return Refusal(number, value, _("“%(role)s” is not a role.") % {"role": asked}, listed)
    return Line(
        number,
        email,
        full_name,
        names.get(asked.casefold(), role),
        unit,
        discipline,
        LANGUAGES.get(language.casefold(), ""),
    )


def _addresses(written: str) -> set[str]:
    return {word.strip(AROUND).lower() for word in BETWEEN.split(written) if "@" in word}


def _who(written: str) -> tuple[str, str]:
    """Name and address as they stand there; without brackets the one word with an @ is the address."""
    words = written.split()
    if len(NESTING.findall(written)) > MOST_NESTED:
        return "", ""
    if "<" in written or "@" not in written:
        name, email = parseaddr(written)
        before = written.partition("<")[0]
        return before.strip(AROUND) if ":" in before else name.strip(), email  # it drops what stands before a colon
    name = " ".join(word for word in words if "@" not in word)
    return name.strip(AROUND), next(word for word in words if "@" in word).strip(AROUND)


def _problem(email: str, full_name: str, unit: str, discipline: str) -> tuple[str, str] | None:
    """What is wrong with a line, and what to write instead."""
    example = "Ada Essai <ada@ville.example>"
    try:
        check_mailbox(email)
    except ValidationError:
        return _no_address(email), _("Write the line like this: %(line)s") % {"line": example}
    if not shows(full_name):
        said = _("The name has no visible characters.") if full_name else _("This line has no name.")
        return said, _("Write the line like this: %(line)s") % {"line": f"{_('First name and surname')} <{email}>"}
    if leads_away(full_name):
        return str(NO_ADDRESS), _("Write the line like this: %(line)s") % {"line": example}
    sizes = {"email": email, "full_name": full_name, "unit": unit, "discipline": discipline}
    if any(len(text) > LONGEST[name] for name, text in sizes.items()):
        return _too_long()
    return None


def _no_address(email: str) -> str:
    """What keeps what stands for the address from being one."""
    if "@" not in email:
        return _("This line has no e-mail address.")
    if not email.rpartition("@")[0].isascii():
        return _("This address has accents or other characters that e-mail does not accept: check how it is written.")
    return _("“%(email)s” is not a complete e-mail address: check how it is written.") % {"email": email}


def _language_problem(written: str) -> tuple[str, str] | None:
    """Return what is wrong with the language of a line, and what to write instead; None when it is right."""
    if not written or written.casefold() in LANGUAGES:
        return None
    reason = _("“%(language)s” is not a language of this platform.") % {"language": written}
    return reason, _("Write fr or en, or leave the column empty.")


def _too_long() -> tuple[str, str]:
    return _("This line, or a part of it, is too long."), str(ONE_PERSON)
