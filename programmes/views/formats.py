"""Pages of format versions: read, create a draft, change, publish and copy into a new version."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.enums import ReminderScheduleKind
from programmes.formats import outline
from programmes.forms import FormatForm, NewFormatForm, PhasesForm, ReminderScheduleFormSet
from programmes.models import Format, Lesson, Programme
from programmes.models.editions import EDITIONS_PER_PAGE
from programmes.permissions import can_change_format, can_manage_programmes
from web.database.prepared import prepared
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, VersionedForm
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages.pagination import paginate


def _get_format(user: User, pk: int) -> Format:
    """Return the format version with this key and its programme; raises Http404 when the user may not see it.

    People outside the lab see published versions only.
    """
    return get_object_or_404(Format.objects.visible_to(user).select_related("programme"), pk=pk)


def _get_editable_format(user: User, pk: int) -> Format:
    """Return the format version with this key; raises Refused, with the reason, unless the user may change it.

    Only lab staff may, and only while it is a draft.
    """
    version = _get_format(user, pk)
    enforce(can_change_format(user, version))
    return version


@require_safe
def format_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a format version: its numbers, phases, e-mails and lessons, and the editions that use it and the user may
    see, ten a page.

    Raises Http404 for a draft, except to lab staff.
    """
    user = person(request)
    version = _get_format(user, pk)
    phases = list(version.phases.order_by("start_month", "id"))
    context = {
        "format": version,
        "numbers": outline.numbers(version),
        "phases": phases,
        "month_line": outline.phase_line(version, phases),
        "reminder_schedules": outline.reminder_schedules(list(version.reminder_steps.order_by("kind", "position"))),
        "page": paginate(
            version.editions.visible_to(user).latest_first(), request.GET.get("page"), per_page=EDITIONS_PER_PAGE
        ),
        "can_change": can_change_format(user, version),
        "can_manage": can_manage_programmes(user),
        **_related_versions(version, user),
    }
    return render(request, "programmes/formats/page.html", context)


def _related_versions(version: Format, user: User) -> dict[str, Any]:
    """Return the template context with the other versions and the lessons that the page of a format version shows (two
    queries).

    `earlier` is the version before it or None, `later` those after it; `answered_lessons` are lessons it answers,
    `open_lessons` those it could answer. Only what the user may see is included.
    """
    others = list(version.programme.formats.visible_to(user).exclude(pk=version.pk).order_by("version"))
    earlier = [other for other in others if other.version < version.version]
    lessons = _lessons(user, version)
    return {
        "earlier": earlier[-1] if earlier else None,
        "later": others[len(earlier) :],
        "answered_lessons": [lesson for lesson in lessons if lesson.answered_by_id == version.pk],
        "open_lessons": [lesson for lesson in lessons if lesson.answered_by_id != version.pk],
    }


@prepared
def _lessons(user: User, version: Format) -> QuerySet[Lesson]:
    """Return the query for the lessons that a format version answers or could answer and that the user may see."""
    return Lesson.objects.visible_to(user).for_version(user, version).with_sources().in_order()


@form_page
def draft_format(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form for a new format version of a programme; on POST create it, with the default e-mails.

    `slug` is that of the programme.
    """
    user = person(request)
    programme = get_object_or_404(Programme.objects.visible_to(user), slug=slug)
    enforce(can_manage_programmes(user))
    form = NewFormatForm(request.POST or None, initial={"version": programme.formats.next_version()})
    if created := apply_form(form, actions.draft_format, programme=programme, by=user):
        messages.success(request, _("The draft is created. Set its phases, check its e-mails, then publish it."))
        return redirect(created)
    page = FormPage(
        _("Create format"),
        _("Create draft"),
        programme.get_absolute_url(),
        crumb=programme,
        intro=_("Set the numbers for this programme. The format starts with the usual e-mails, which you can change."),
    )
    return page.show(request, form)


@form_page
def revise_format(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form for a new version with an earlier one's numbers; on POST create it. Raises Refused for
    others.

    The phases and e-mails of the earlier version, whose key is `pk`, are copied.
    """
    user = person(request)
    earlier = _get_format(user, pk)
    enforce(can_manage_programmes(user))
    initial = {"version": earlier.programme.formats.next_version()}
    form = NewFormatForm(request.POST or None, instance=earlier, initial=initial)
    if created := apply_form(form, actions.revise_format, format=earlier, by=user):
        messages.success(request, _("The new version is created, with the phases and e-mails of the earlier version."))
        return redirect(created)
    page = FormPage(
        _("Create a new version of the format"),
        _("Create draft"),
        earlier.get_absolute_url(),
        crumb=earlier,
        intro=_("Phases and e-mails are copied. Editions that use the earlier version keep it."),
    )
    return page.show(request, form)


@form_page
def change_format(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form with a draft format version's numbers; save it on POST.

    Raises Refused for others, and for a published version.
    """
    user = person(request)
    draft = _get_editable_format(user, pk)
    form = FormatForm(request.POST or None, instance=draft)
    page = FormPage(_("Numbers of the format"), _("Save"), draft.get_absolute_url(), crumb=draft)
    return form_response(request, form, page, actions.change_format, done=_("Saved."), format=draft, by=user)


@form_page
def set_phases(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form with the months of a draft format version's phases; save it on POST.

    Raises Refused for others, and for a published version.
    """
    user = person(request)
    draft = _get_editable_format(user, pk)
    form = PhasesForm(request.POST or None, phases=list(draft.phases.all()))
    if apply_form(form, actions.set_phases, format=draft, by=user):
        messages.success(request, _("The phases are saved."))
        return redirect(draft)
    return render(request, "programmes/formats/phases.html", {"form": form, "format": draft})


@form_page
def set_reminder_schedule(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show lab staff the table of e-mails for one kind of event in a draft format version; save it on POST.

    `kind` is a `ReminderScheduleKind`, such as "exchange"; raises Http404 for any other. When someone
    else has saved since the page was opened, both versions of the table are shown.
    """
    user = person(request)
    draft = _get_editable_format(user, pk)
    if kind not in ReminderScheduleKind.values:
        raise Http404
    rows = draft.reminder_steps.filter(kind=kind).order_by("position")
    initial_rows = list(rows.values("slug", "offset", "audience", "email_type", "alone", "until"))
    formset = ReminderScheduleFormSet(request.POST or None, initial=initial_rows, form_kwargs={"kind": kind})
    version_form, saved_schedule = (
        VersionedForm(request.POST or None, current={"steps": draft.reminder_form_values(kind)}),
        None,
    )
    if formset.is_bound and formset.is_valid() and version_form.is_valid():
        try:
            actions.set_reminder_schedule(
                format=draft, kind=kind, steps=formset.steps(), by=user, **version_form.cleaned_data
            )
        except EditConflict as error:
            saved_schedule = outline.reminder_schedule(kind, rows)
            version_form.show_conflict(error.current)
            formset.refuse(error)
        except DomainError as error:
            formset.refuse(error)
        else:
            messages.success(request, _("The e-mails are saved, in the order in which they are sent."))
            return redirect(draft)
    context = {
        "formset": formset,
        "version_form": version_form,
        "saved_schedule": saved_schedule,
        "format": draft,
        "kind": ReminderScheduleKind(kind),
    }
    return render(request, "programmes/formats/reminder_schedule.html", context)


@form_page
def publish_format(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that a draft format version be published, which is final; publish it on POST.

    Raises Refused for others, and for a published version. A refusal, such as missing phases, is shown on the page.
    """
    user = person(request)
    draft = _get_editable_format(user, pk)
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.publish_format, format=draft, at=timezone.now(), by=user):
        messages.success(request, _("The format is published. You can now open editions with it."))
        return redirect(draft)
    page = FormPage(
        _("Publish the format"),
        _("Publish"),
        draft.get_absolute_url(),
        crumb=draft,
        consequences=(
            _("The numbers, phases and e-mails of this version can no longer be changed."),
            _("Editions can be opened with this version."),
            _("To change anything later, create a new version."),
        ),
    )
    return page.show(request, form)
