"""The sentences that people read when a constraint or trigger of the database refuses a row."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from web.errors import DomainError

RefusalText = StrOrPromise | tuple[StrOrPromise, str]

# Sentences for rules that many tables have.
SENT_ALREADY: Final = _("You have already sent this form. What you entered is saved.")
NOT_LISTED: Final = _("This value is not in the list. Choose another one.")

_sentences: dict[str, tuple[StrOrPromise, str]] = {}


def register(sentences: Mapping[str, RefusalText]) -> None:
    """Add an app's sentences for rows that the database refuses, by the name of the constraint or trigger.

    A value is the sentence alone, or a pair of the sentence and the name of the form field that shows it.
    """
    for name, text in sentences.items():
        _sentences[name] = text if isinstance(text, tuple) else (text, "")


def rule_names() -> set[str]:
    """Return the names of all constraints and triggers that have a sentence for people to read."""
    return set(_sentences)


def to_domain_error(error: IntegrityError) -> DomainError | None:
    """Return the DomainError with the sentence that explains a row refused by a constraint or trigger.

    None when the constraint has no sentence, which is a bug to be noticed.
    """
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if rule not in _sentences:
        return None
    sentence, field = _sentences[rule]
    return DomainError(sentence, field=field or None)


@contextmanager
def as_domain_errors() -> Iterator[None]:
    """Turn an IntegrityError raised inside the block into a DomainError with the sentence of its constraint.

    Errors whose constraint has no sentence, and all other errors, pass through.
    """
    try:
        yield
    except IntegrityError as error:
        if domain_error := to_domain_error(error):
            raise domain_error from error
        raise
