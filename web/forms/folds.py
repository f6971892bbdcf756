"""Forms that fold away the fields that few people need."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Fold:
    """Fields of a form, by `names`, that are folded away under a `label`."""

    label: StrOrPromise
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoldedFields:
    """The fields of a fold as a page shows them; it is open when one of them has an error or `has_content`."""

    label: StrOrPromise
    fields: list[BoundField]
    has_content: bool

    @property
    def is_open(self) -> bool:
        """Return whether the fold is open: one of its fields has an error, or holds something that was received."""
        return self.has_content or any(field.errors for field in self.fields)


class FoldingForm(forms.Form):
    """A form that shows the fields of its `folds` below the others, folded away."""

    template_name = "components/folding_form.html"
    folds: tuple[Fold, ...] = ()

    def get_context(self) -> dict[str, Any]:
        """Return the context of the form's template: `fields` without the folded ones, and `folds` with theirs."""
        context = super().get_context()
        folded = {name for fold in self.folds for name in fold.names}
        return context | {
            "fields": [(field, errors) for field, errors in context["fields"] if field.name not in folded],
            "folds": [
                FoldedFields(fold.label, [self[name] for name in fold.names], self.has_content(fold))
                for fold in self.folds
            ],
        }

    def has_content(self, fold: Fold) -> bool:
        """Return whether a fold is open although none of its fields has an error."""
        return False
