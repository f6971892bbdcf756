"""The form of the accessibility statement."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, text_field
from web.mailboxes import MailboxField

LIMITS_LENGTH: Final = 5000


class StatementForm(VersionedForm):
    """What the lab declares about accessibility. The status follows from the criteria met."""

    entity = VisibleTextField(
        label=_("Organisation"), max_length=200, help_text=_("Who answers for the site, for example Ville de Rivage.")
    )
    scope = VisibleTextField(
        label=_("What the statement covers"),
        max_length=300,
        required=False,
        help_text=_("For example https://labo.ville.example. If you leave it empty, it is all of this site."),
    )
    rate = forms.DecimalField(
        label=_("Criteria met (%)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        help_text=_(
            "As the audit report gives it. Leave it empty if nobody made an audit: the status is then “not compliant”."
        ),
    )
    audited_on = DayField(label=_("Date of the audit"), required=False)
    auditor = VisibleTextField(
        label=_("Auditor"), max_length=200, required=False, help_text=_("The company or service that made the audit.")
    )
    limits_fr = text_field(
        _("What is not accessible, in French"),
        length=LIMITS_LENGTH,
        required=False,
        help_text=_("As the audit report lists it: what fails, what is exempt, and why."),
    )
    limits_en = text_field(_("What is not accessible, in English"), length=LIMITS_LENGTH, required=False)
    contact_email = MailboxField(
        label=_("E-mail address for accessibility"),
        max_length=254,
        help_text=_("Everyone can read it on the statement, and report a problem to it."),
    )
    contact_post = VisibleTextField(label=_("Postal address"), max_length=300, required=False)
    plan_url = forms.URLField(
        label=_("Address of the multi-year plan"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=_("The law asks authorities for a three-year plan. Give the address at which it is published."),
    )
