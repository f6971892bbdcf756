"""The sentence for each rule the database may refuse a row by."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError
from django_stubs_ext import StrOrPromise

from web.errors import DomainError

Said = StrOrPromise | tuple[StrOrPromise, str]

_sentences: dict[str, tuple[StrOrPromise, str]] = {}


def register(sentences: Mapping[str, Said]) -> None:
    """Add an app's sentences by constraint or trigger name; a pair names the form field it belongs beside."""
    for name, said in sentences.items():
        _sentences[name] = said if isinstance(said, tuple) else (said, "")


def names() -> set[str]:
    """Rules that have a sentence."""
    return set(_sentences)


def explained(error: IntegrityError) -> DomainError | None:
    """The domain error for a refused row, or None for a rule without a sentence (a bug that should be seen)."""
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if rule not in _sentences:
        return None
    sentence, field = _sentences[rule]
    return DomainError(sentence, field=field or None)


@contextmanager
def explaining() -> Iterator[None]:
    """Turn refusals of the database into domain errors."""
    try:
        yield
    except IntegrityError as error:
        if said := explained(error):
            raise said from error
        raise
