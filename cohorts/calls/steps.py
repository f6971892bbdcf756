"""The steps of the form in which an authority applies, and what is missing in each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.calls.forms import AuthorityStepForm, NeedStepForm
from cohorts.calls.models import REQUIRED, Application

STEPS: Final[Mapping[str, StrOrPromise]] = {
    "authority": _("Your authority"),
    "need": _("Your need"),
    "people": _("People"),
    "documents": _("Documents"),
}
# The steps whose fields are columns of the application; the form of each has the questions.
FORMS: Final[Mapping[str, type[forms.Form]]] = {"authority": AuthorityStepForm, "need": NeedStepForm}


@dataclass(frozen=True, slots=True)
class FormStep:
    """A step with its title, whether anything in it `is_required`, and the questions without an answer (`missing`)."""

    slug: str
    title: StrOrPromise
    is_required: bool
    missing: list[StrOrPromise]


def steps_of(row: Application) -> list[FormStep]:
    """Return the steps of the form in order."""
    return [FormStep(slug, title, slug in FORMS, list(_missing(row, slug))) for slug, title in STEPS.items()]


def _missing(row: Application, step: str) -> Iterator[StrOrPromise]:
    """Yield the questions of a step that must be answered before the application can be sent, and are not."""
    for name, field in FORMS[step].base_fields.items() if step in FORMS else ():
        if name in REQUIRED and not getattr(row, name).strip():
            yield field.label or name


def next_step(step: str) -> str:
    """Return the slug of the step after this one; "" after the last."""
    slugs = list(STEPS)
    return "".join(slugs[slugs.index(step) + 1 : slugs.index(step) + 2])
