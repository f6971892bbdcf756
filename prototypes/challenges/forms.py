"""Forms of challenges. Field names are the names of the actions' arguments."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort, Session, Stakeholder
from prototypes.enums import ChallengeKind
from prototypes.forms import text_field
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField
from web.forms.idempotency import IdempotentForm
from web.text.names import name_ordering


class NewChallengeForm(IdempotentForm):
    """What a new challenge needs; the rest is on the form to edit it."""

    title = VisibleTextField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=ChallengeKind.choices)


class ChallengeForm(VersionedForm):
    """All that is known of a challenge."""

    title = VisibleTextField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=ChallengeKind.choices)
    kind_label = VisibleTextField(
        label=_("Kind in free text"),
        max_length=80,
        required=False,
        help_text=_("Fill in only if the kind is not in the list."),
    )
    framing = text_field(
        _("Framing"), required=False, help_text=_("Say what is part of the challenge, and what is not.")
    )
    sponsor = VisibleTextField(label=_("Sponsor"), max_length=160, required=False)


class LinksForm(VersionedForm):
    """The stakeholders that a challenge concerns, and the sessions that worked on it."""

    stakeholders = forms.ModelMultipleChoiceField(
        label=_("Stakeholders"),
        queryset=Stakeholder.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sessions = forms.ModelMultipleChoiceField(
        label=_("Sessions"), queryset=Session.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        """Create the form with all stakeholders of the cohort, by name, and all its sessions, in the order they were
        created.
        """
        super().__init__(*args, **kwargs)
        rows: dict[str, QuerySet[Any]] = {
            "stakeholders": cohort.stakeholders.order_by(*name_ordering()),
            "sessions": cohort.sessions.order_by("pk"),
        }
        for name, choices in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
            field.queryset = choices
