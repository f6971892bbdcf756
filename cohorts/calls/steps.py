"""The steps of the form in which an authority applies, and what is missing in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.calls.models import REQUIRED, TEXTS, Application

STEPS: Final[Mapping[str, StrOrPromise]] = {
    "authority": _("Your authority"),
    "need": _("Your need"),
    "people": _("People"),
    "documents": _("Documents"),
}
COLUMNS_OF_STEP: Final = {"authority": ("authority_name", "contact_name", "contact_role"), "need": TEXTS}


@dataclass(frozen=True, slots=True)
class FormStep:
    """A step with its title; `is_complete` when nothing that is required is missing, if anything `is_required`."""

    slug: str
    title: StrOrPromise
    is_required: bool
    is_complete: bool


def steps_of(row: Application) -> list[FormStep]:
    """Return the steps of the form in order."""
    missing = set(missing_columns(row))
    columns = {slug: set(COLUMNS_OF_STEP.get(slug, ())) for slug in STEPS}
    return [FormStep(slug, title, bool(columns[slug]), not missing & columns[slug]) for slug, title in STEPS.items()]


def missing_columns(row: Application) -> list[str]:
    """Return the names of the columns that are required and empty."""
    return [name for name in REQUIRED if not getattr(row, name).strip()]


def missing_labels(row: Application) -> list[str]:
    """Return what is missing before the application can be sent, in words."""
    return [capfirst(str(row._meta.get_field(name).verbose_name)) for name in missing_columns(row)]  # type: ignore[union-attr]


def next_step(step: str) -> str:
    """Return the slug of the step after this one; "" after the last."""
    slugs = list(STEPS)
    return "".join(slugs[slugs.index(step) + 1 : slugs.index(step) + 2])
