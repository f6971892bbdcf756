"""Format versions: read, drafted, filled, published, and revised as a new version."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.enums import LadderKind
from programmes.formats import outline
from programmes.forms import FormatForm, LadderFormSet, NewFormatForm, PhasesForm
from programmes.models import Format, Lesson, Programme
from programmes.permissions import may_change_format, may_keep_programmes
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import Changed, StartedForm
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, sent


def _found(user: User, pk: int) -> Format:
    return get_object_or_404(Format.objects.visible_to(user).select_related("programme"), pk=pk)


def _to_change(user: User, pk: int) -> Format:
    """A version the person may change; raises Refused with the reason."""
    found = _found(user, pk)
    enforce(may_change_format(user, found))
    return found


@require_safe
def format_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Its numbers, its phases on a line, its letters, and the editions that pin it."""
    user = person(request)
    version = _found(user, pk)
    phases = list(version.phases.order_by("start_month", "id"))
    context = {
        "format": version,
        "numbers": outline.numbers(version),
        "phases": phases,
        "line": outline.line(version, phases),
        "ladders": outline.ladders(list(version.ladder_steps.order_by("kind", "position"))),
        "editions": version.editions.visible_to(user).latest_first(),
        "may_change": may_change_format(user, version),
        "may_keep": may_keep_programmes(user),
        **_others(version, user),
    }
    return render(request, "programmes/formats/page.html", context)


def _others(version: Format, user: User) -> dict[str, Any]:
    """The versions to compare it with, and the lessons it answers or could (two statements)."""
    others = list(version.programme.formats.visible_to(user).exclude(pk=version.pk).order_by("version"))
    earlier = [other for other in others if other.version < version.version]
    lessons = list(Lesson.objects.visible_to(user).at(user, version).with_sources().in_order())
    return {
        "earlier": earlier[-1] if earlier else None,
        "later": others[len(earlier) :],
        "answered": [lesson for lesson in lessons if lesson.answered_by_id == version.pk],
        "unanswered": [lesson for lesson in lessons if lesson.answered_by_id != version.pk],
    }


@form_page
def draft_format(request: HttpRequest, slug: str) -> HttpResponse:
    """A version from nothing but the default letters."""
    user = person(request)
    programme = get_object_or_404(Programme.objects.visible_to(user), slug=slug)
    enforce(may_keep_programmes(user))
    form = NewFormatForm(request.POST or None, initial={"version": programme.formats.next_version()})
    if made := done(form, actions.draft_format, programme=programme, by=user):
        messages.success(request, _("The draft is created. Set its phases, check its e-mails, then publish it."))
        return redirect(made)
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
    """A new version that begins as a copy of an earlier one."""
    user = person(request)
    earlier = _found(user, pk)
    enforce(may_keep_programmes(user))
    initial = {"version": earlier.programme.formats.next_version()}
    form = NewFormatForm(request.POST or None, instance=earlier, initial=initial)
    if made := done(form, actions.revise_format, format=earlier, by=user):
        messages.success(request, _("The new version is created, with the phases and e-mails of the earlier version."))
        return redirect(made)
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
    user = person(request)
    draft = _to_change(user, pk)
    form = FormatForm(request.POST or None, instance=draft)
    if done(form, actions.change_format, format=draft, by=user):
        messages.success(request, _("Saved."))
        return redirect(draft)
    page = FormPage(_("Numbers of the format"), _("Save"), draft.get_absolute_url(), crumb=draft)
    return page.show(request, form)


@form_page
def set_phases(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    draft = _to_change(user, pk)
    form = PhasesForm(request.POST or None, phases=list(draft.phases.all()))
    if done(form, actions.set_phases, format=draft, by=user):
        messages.success(request, _("The phases are saved."))
        return redirect(draft)
    return render(request, "programmes/formats/phases.html", {"form": form, "format": draft})


@form_page
def set_ladder(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The letters of one kind of event, all in one table."""
    user = person(request)
    draft = _to_change(user, pk)
    if kind not in LadderKind.values:
        raise Http404
    rows = draft.ladder_steps.filter(kind=kind).order_by("position")
    written = list(rows.values("slug", "offset", "audience", "letter", "alone", "until"))
    formset = LadderFormSet(request.POST or None, initial=written, form_kwargs={"kind": kind})
    started, theirs = StartedForm(request.POST or None, stands={"rungs": draft.rungs(kind)}), None
    if formset.is_bound and formset.is_valid() and started.is_valid():
        try:
            actions.set_ladder(format=draft, kind=kind, rungs=formset.rungs(), by=user, **started.cleaned_data)
        except Changed as error:
            theirs = outline.ladder(kind, rows)
            started.join(error.stands)
            formset.refuse(error)
        except DomainError as error:
            formset.refuse(error)
        else:
            messages.success(request, _("The e-mails are saved, in the order in which they are sent."))
            return redirect(draft)
    context = {"formset": formset, "started": started, "theirs": theirs, "format": draft, "kind": LadderKind(kind)}
    return render(request, "programmes/formats/reminder_schedule.html", context)


@form_page
def publish_format(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze a draft, after saying what that means."""
    user = person(request)
    draft = _to_change(user, pk)
    form = SureForm(sent(request))
    if done(form, actions.publish_format, format=draft, at=timezone.now(), by=user):
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
        grave=True,
    )
    return page.show(request, form)
