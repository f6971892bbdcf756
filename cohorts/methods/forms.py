"""Forms of the methods of a session."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Session, SessionMethod
from cohorts.sessions.models import SessionQuerySet
from programmes.methods.models import MAX_MINUTES
from programmes.models import Method
from web.database.text_search import name_order
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import NO_CHOICE, model_form_field, text_field
from web.text.formats import short_day
from web.text.language import active_language

MAX_SESSIONS: Final = 100  # to choose from; a method is added to a later one on the page of the session


class AddMethodForm(forms.Form):
    """The method to copy into a session."""

    method = forms.ModelChoiceField(
        Method.objects.order_by(name_order("name")), label=_("Method"), empty_label=NO_CHOICE
    )


class SessionMethodForm(VersionedForm, forms.ModelForm[SessionMethod]):
    """What a session does with a method: its title, time and steps."""

    minutes = forms.IntegerField(label=_("Time in minutes"), required=False, min_value=1, max_value=MAX_MINUTES)
    steps = text_field(
        _("Steps"), rows=8, help_text=_("They are for this session only: the lab’s card is not changed.")
    )

    class Meta:
        model = SessionMethod
        fields = ("title", "minutes", "steps")
        formfield_callback = model_form_field


class _SessionField(forms.ModelChoiceField[Session]):
    """A choice of sessions, each with its cohort and first day."""

    def label_from_instance(self, obj: Session) -> str:
        """Return how the session is called in the choice."""
        day = f", {short_day(obj.first_day, active_language())}" if obj.first_day else ""
        return f"{obj.cohort.name} · {obj}{day}"


class UseMethodForm(AddMethodForm):
    """A method, and the session that is to use it."""

    def __init__(self, *args: Any, sessions: SessionQuerySet, **options: Any) -> None:
        """Create the form; the first hundred of these `sessions` can be chosen."""
        super().__init__(*args, **options)
        ordered, help_text = sessions.in_order(), ""
        if ordered[MAX_SESSIONS:].exists():
            text = _("The next %(n)d sessions are listed. For a later one, add the method on the page of the session.")
            help_text = text % {"n": MAX_SESSIONS}
        self.fields["session"] = _SessionField(
            Session.objects.filter(pk__in=ordered.values("pk")[:MAX_SESSIONS]).select_related("cohort").in_order(),
            label=_("Session"),
            empty_label=NO_CHOICE,
            help_text=help_text,
        )
