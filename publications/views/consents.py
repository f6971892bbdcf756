"""Pages on which people choose the pictures and the names of a version, each with the consent of those concerned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.permissions import can_change_as_lab
from accounts.requests import person
from cohorts.permissions import ONLY_STAFF
from publications import actions
from publications.consents.pictures import offered_pictures
from publications.enums import PublicationState
from publications.forms import NameForm, NamesCheckForm, PicturesForm
from publications.models import PublicName
from publications.views.preparation import changeable_publication, publication_or_404
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@form_page
def pictures(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pictures that a draft may show, and on POST choose among them."""
    row = changeable_publication(request, pk)
    offered = list(offered_pictures(row, platform_today()))
    chosen = {picture.attachment_id: picture for picture in row.pictures.all()}
    form = PicturesForm(submitted_data(request), offered=offered, chosen=chosen)
    reason = "" if row.state == PublicationState.DRAFT else actions.NOT_A_DRAFT
    page = FormPage(
        _("Pictures on the public page"),
        _("Save"),
        row.get_absolute_url(),
        crumb=row,
        intro=_(
            "Pictures of the idea, its prototypes and tests on which nobody can be recognised, or whose people agreed"
            " to be seen by anyone. When a consent ends, its picture is gone from the page."
        ),
        unavailable_reason=reason or ("" if offered else _("No picture of this idea may be shown to anyone.")),
    )
    done = _("Saved.")
    return form_response(
        request, form, page, actions.choose_pictures, done=done, publication=row, by=person(request), at=now()
    )


@forbidden_while_acting
@form_page
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to name a person on the page of a draft, and on POST add the name."""
    row = changeable_publication(request, pk)
    page = FormPage(
        _("Name someone on the public page"),
        _("Add name"),
        row.get_absolute_url(),
        crumb=row,
        intro=_("Only people who agreed. They can withdraw at any time; the name is then gone from the page."),
        unavailable_reason="" if row.state == PublicationState.DRAFT else actions.NOT_A_DRAFT,
    )
    form = NameForm(submitted_data(request))
    return form_response(request, form, page, actions.add_name, done=_("Saved."), publication=row, by=person(request))


@form_page
def withdraw_name(request: HttpRequest, pk: int, name_pk: int) -> HttpResponse:
    """Ask to name a person no longer, and on POST do it, whatever the state of the version."""
    row = changeable_publication(request, pk)
    named = get_object_or_404(PublicName.objects.filter(publication=row, ended_at=None), pk=name_pk)
    page = FormPage(
        _("Remove a name from the public page"),
        _("Remove name"),
        row.get_absolute_url(),
        crumb=row,
        consequences=(
            _("“%(name)s” is no longer on the page from now on.") % {"name": named},
            _("If its texts have this name too, the page is withdrawn at once, and its authors get an e-mail."),
        ),
    )
    form = ConfirmationForm(submitted_data(request))
    return form_response(
        request, form, page, actions.withdraw_name, done=_("Saved."), name=named, by=person(request), at=now()
    )


@form_page
def check_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a version names a person who was erased, and on POST remove the name, if any; for lab staff."""
    row, user = publication_or_404(request, pk), person(request)
    enforce(can_change_as_lab(user, ONLY_STAFF))
    page = FormPage(
        _("Check names after an erasure"),
        _("Save"),
        row.get_absolute_url(),
        crumb=row,
        intro=_(
            "A person was erased; their name can no longer be shown here. If these texts name someone who has left the"
            " platform, write the name as the text has it: it is removed. Otherwise leave the field empty."
        ),
        consequences=(_("If you write a name and the page is public, the page is withdrawn first."),),
        unavailable_reason="" if row.names_to_check_since else _("There is nothing to check in this version."),
    )
    form = NamesCheckForm(submitted_data(request))
    return form_response(request, form, page, actions.check_names, done=_("Saved."), publication=row, by=user, at=now())
