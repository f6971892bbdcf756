"""The form that makes a release."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendata.models import dataset_of
from programmes.models import Edition
from web.forms.fields import CHOICE_ERRORS


class ReleaseForm(forms.Form):
    """Of which edition, or of all together, what is public today is released."""

    dataset = forms.ChoiceField(label=_("Data to release"), error_messages=CHOICE_ERRORS)

    def __init__(self, *args: Any, datasets: Sequence[Edition | None], **options: Any) -> None:
        """Create the form for these data sets; None is that of all editions together."""
        super().__init__(*args, **options)
        self.datasets = {dataset_of(edition): edition for edition in datasets}
        names = [(slug, str(edition) if edition else _("All editions")) for slug, edition in self.datasets.items()]
        self.fields["dataset"].choices = names  # type: ignore[attr-defined]

    def action_arguments(self) -> dict[str, Any]:
        """Return what is chosen, as `make_release` takes it."""
        return {"edition": self.datasets[self.cleaned_data["dataset"]]}
