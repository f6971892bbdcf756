"""Texts in which names in braces, such as {dates}, stand for values of an event. Pure: nothing in them is evaluated.

A text is stored with the slug of each placeholder, and people write its name in the language of the text: {lieu}.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

BRACES: Final = re.compile(r"\{([^{}\n]*)\}")
EMPTY_LINES: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value of an event that a text may name: `{name}`, in the language of the text.

    `about` says what it stands for, `sample` is an example. A `required` one must stay wherever the usual text has it.
    One with `several_lines` cannot be in a subject. An `optional` one may be empty when the e-mail leaves.
    """

    name: StrOrPromise
    about: StrOrPromise
    sample: StrOrPromise
    required: bool = False
    optional: bool = False
    several_lines: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """The subject and the body of an e-mail in one language; an empty line separates paragraphs of the body."""

    subject: str
    body: str

    @property
    def paragraphs(self) -> list[str]:
        """Return the paragraphs of the body, without empty ones."""
        return [text for text in (part.strip() for part in EMPTY_LINES.split(self.body)) if text]


def names_in(text: str) -> list[str]:
    """Return what stands between braces in a text, in order: ["dates"] for "On {dates}"."""
    return [name.strip() for name in BRACES.findall(text)]


def rename(text: str, names: Mapping[str, str]) -> str:
    """Return the text with each name between braces replaced as `names` says, in capitals or not; others stay."""
    return BRACES.sub(lambda match: f"{{{names.get(match[1].strip().casefold(), match[1])}}}", text)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return the text with its values in place of the slugs between braces; an unknown one becomes empty.

    Braces inside a value are text: the result is not filled again.
    """
    return BRACES.sub(lambda match: str(values.get(match[1], "")), text)


def filled_paragraphs(wording: Wording, values: Mapping[str, object]) -> list[str]:
    """Return the paragraphs of a stored wording, filled with the values; one that names an empty value is left out."""
    complete = (text for text in wording.paragraphs if all(values.get(name) for name in names_in(text)))
    return [fill(text, values) for text in complete]


def slugs_by_name(placeholders: Mapping[str, Placeholder]) -> dict[str, str]:
    """Return the slug of each placeholder by its name in the active language, in small letters."""
    return {str(row.name).casefold(): slug for slug, row in placeholders.items()}


def problems(
    wording: Wording, placeholders: Mapping[str, Placeholder], usual: Wording, language: str
) -> Iterator[tuple[str, str]]:
    """Yield "subject" or "body" with a message for each mistake in the placeholders of a wording as people write it.

    These are unknown names, several lines in the subject, a required placeholder that is missing although the `usual`
    text has it, and a required one in a paragraph that is left out while an optional one is empty. Names are those of
    `language`, messages are in the active language.
    """
    used = set(names_in(f"{usual.subject}\n{usual.body}"))
    with translation.override(language):
        names = {slug: str(row.name) for slug, row in placeholders.items()}
    slugs = {name.casefold(): slug for slug, name in names.items()}
    for field, text in (("subject", wording.subject), ("body", wording.body)):
        found = {name: slugs.get(name.casefold(), "") for name in names_in(text)}
        if unknown := [name for name, slug in found.items() if not slug]:
            yield (
                field,
                _("There is no placeholder %(names)s. Choose from: %(choices)s.")
                % {
                    "names": _in_braces(unknown),
                    "choices": _in_braces(names.values()),
                },
            )
        long = [name for name, slug in found.items() if slug and placeholders[slug].several_lines]
        if field == "subject" and long:
            yield (
                field,
                _("%(names)s takes several lines: use it in the text, not in the subject.")
                % {"names": _in_braces(long)},
            )
    given = {slugs.get(name.casefold()) for name in names_in(f"{wording.subject}\n{wording.body}")}
    missing = [names[slug] for slug, row in placeholders.items() if row.required and slug in used and slug not in given]
    if missing:
        yield "body", _("People need %(names)s in this e-mail: add it to the text.") % {"names": _in_braces(missing)}
    for needed, optional in _lost_with_optional(wording, placeholders, usual, slugs):
        yield (
            "body",
            _("%(optional)s may be empty: its paragraph is then left out. Put %(names)s in another paragraph.")
            % {"optional": _in_braces([names[optional]]), "names": _in_braces(names[slug] for slug in needed)},
        )


def _lost_with_optional(
    wording: Wording, placeholders: Mapping[str, Placeholder], usual: Wording, slugs: Mapping[str, str]
) -> Iterator[tuple[list[str], str]]:
    """Yield the required placeholders of a paragraph with an optional one that would leave it out when it is empty.

    Where the usual text has the two in one paragraph, the optional one has a value at that step.
    """
    usual_pairs = [set(names_in(paragraph)) for paragraph in usual.paragraphs]
    for paragraph in wording.paragraphs:
        given = [slugs.get(name.casefold(), "") for name in names_in(paragraph)]
        needed = [slug for slug in given if slug and placeholders[slug].required and not placeholders[slug].optional]
        for optional in (slug for slug in given if slug and placeholders[slug].optional):
            lost = [slug for slug in needed if not any({slug, optional} <= pair for pair in usual_pairs)]
            if lost:
                yield lost, optional


def _in_braces(names: Iterable[str]) -> str:
    """Return names as people write them in a text, separated by commas: "{dates}, {host}"."""
    return ", ".join(f"{{{name}}}" for name in names)
