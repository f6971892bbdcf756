"""Pages of an edition's lessons: read and added by its people, accepted, refused and answered by the lab."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.enums import LessonState, PhaseKind
from programmes.filters import LessonFilter
from programmes.forms import LessonAnswerForm, LessonForm, RefuseLessonForm
from programmes.models import Edition, Format, Lesson
from programmes.models.formats import FormatQuerySet
from programmes.permissions import can_add_lesson, can_edit_lesson, can_judge_lessons
from web.dates.clock import platform_today, today_everywhere
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages import htmx
from web.pages.pagination import paginate


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson as one reader sees it: the version that answers it, if they may see it, and what they may do with it."""

    lesson: Lesson
    answered_by: Format | None
    can_edit: bool
    can_judge: bool
    can_answer: bool


def _lesson_rows(lessons: Iterable[Lesson], user: User, *, can_add: bool) -> list[LessonRow]:
    """Return the lessons with what the user may do with each.

    The author edits an undecided lesson while they may add lessons to the edition (`can_note`); lab staff accept or
    refuse it, and answer an accepted one.
    """
    is_lab = bool(can_judge_lessons(user))
    return [
        LessonRow(
            lesson,
            lesson.answer_for(user),
            can_edit=can_add and lesson.noted_by_id == user.pk and lesson.state == LessonState.PROPOSED,
            can_judge=is_lab and lesson.state == LessonState.PROPOSED,
            can_answer=is_lab and lesson.state == LessonState.ACCEPTED,
        )
        for lesson in lessons
    ]


@require_safe
def lessons(request: HttpRequest, slug: str) -> HttpResponse:
    """List an edition's lessons that the person may read, ordered by phase and filtered by state.

    Raises Http404 for people who do not take part in the edition as a present or past member or an authority admin, and
    are not lab staff.
    """
    user, edition = person(request), _get_edition(request, slug)
    can_add = can_add_lesson(user, edition, today_everywhere())
    rows = (
        Lesson.objects.visible_to(user)
        .filter(edition=edition)
        .select_related("noted_by", "answered_by", "method")
        .in_order()
    )
    filtered = LessonFilter(request.GET, rows, request=request)
    page = paginate(filtered.qs, request.GET.get("page"))
    context = {
        "edition": edition,
        "filter": filtered,
        "page": page,
        "lessons": _lesson_rows(page, user, can_add=bool(can_add)),
        "can_add": can_add,
    }
    return htmx.render(request, "programmes/lessons/list.html", "results", context)


@form_page
def add_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to add a lesson to an edition; save it on POST. `?phase=`, such as "immersion", preselects the
    phase.

    For lab staff, active members of the edition's cohorts and admins of their authorities; raises Refused for others.
    """
    user, edition, today = person(request), _get_edition(request, slug), platform_today()
    enforce(can_add_lesson(user, edition, today_everywhere()))
    phase = request.GET.get("phase", "")
    form = LessonForm(submitted_data(request), initial={"phase": phase if phase in PhaseKind.values else ""})
    if lesson := apply_form(form, actions.add_lesson, edition=edition, today=today, by=user):
        messages.success(request, _("The lesson is recorded. The lab will accept it, or say why not."))
        return redirect(lesson)
    intro = _(
        "The lab and the people of your authority can read the lesson and see who recorded it. Once the"
        " lab has accepted it, everyone who takes part in this edition can read it, without your name."
    )
    page = FormPage(
        _("Add lesson"), _("Save"), _list_url(edition), crumb=_("Lessons"), parent=edition.name, intro=intro
    )
    return page.show(request, form)


@form_page
def edit_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the author the form with their lesson, until the lab has decided on it; save it on POST.

    Raises Refused for others, and once the lab has decided.
    """
    user, lesson = person(request), _get_lesson(request, pk)
    enforce(can_edit_lesson(user, lesson, today_everywhere()))
    form = LessonForm(submitted_data(request), current=lesson.form_values())
    page = _lesson_form_page(lesson, _("Edit the lesson"), _("Save"))
    return form_response(request, form, page, actions.edit_lesson, done=_("Saved."), lesson=lesson, by=user)


@form_page
def accept_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that a lesson be accepted; accept it on POST. Raises Refused for others.

    Once the lab has decided on the lesson, the page says so in place of the form.
    """
    user, lesson = _get_lesson_to_decide(request, pk)
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.accept_lesson, lesson=lesson, by=user):
        messages.success(request, _("The lesson is accepted: a later version of the format can answer it."))
        return redirect(lesson)
    consequences = (
        _("The lesson cannot be refused any more."),
        _("A later version of the format should answer this lesson."),
    )
    page = _lesson_form_page(
        lesson,
        _("Accept the lesson"),
        pgettext("lesson", "Accept"),
        consequences=consequences,
        unavailable_reason=_decided_reason(lesson),
    )
    return page.show(request, form)


@form_page
def refuse_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form for the reason to refuse a lesson; refuse it on POST. Raises Refused for others.

    The author reads the reason. Once the lab has decided on the lesson, the page says so in place of the form.
    """
    user, lesson = _get_lesson_to_decide(request, pk)
    form = RefuseLessonForm(submitted_data(request))
    if apply_form(form, actions.refuse_lesson, lesson=lesson, by=user):
        messages.success(request, _("The lesson is refused. Your reason is shown next to it."))
        return redirect(lesson)
    consequences = (_("The lesson stays in the list, with your reason. It cannot be accepted any more."),)
    page = _lesson_form_page(
        lesson,
        _("Refuse the lesson"),
        pgettext("lesson", "Refuse"),
        consequences=consequences,
        unavailable_reason=_decided_reason(lesson),
    )
    return page.show(request, form)


@form_page
def answer_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form for the later version that answers a lesson; save it on POST.

    `?version=` preselects one by its key. Without a later version, or before the lesson is accepted, the page says so
    in place of the form.
    """
    user, lesson = _get_lesson_to_decide(request, pk)
    current, versions = lesson.answer_form_values(), _later_versions(lesson)
    form = LessonAnswerForm(submitted_data(request), current=current, versions=versions)
    if version := request.GET.get("version"):
        form.initial["answered_by"] = version
    if apply_form(form, actions.answer_lesson, lesson=lesson, by=user):
        messages.success(request, _("The answer is saved. Editions keep their format version."))
        return redirect(lesson)
    page = _lesson_form_page(
        lesson,
        _("Choose the version that answers this lesson"),
        _("Save"),
        unavailable_reason=_no_answer_reason(lesson, versions),
    )
    return page.show(request, form)


@form_page
def withdraw_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that a lesson's answer be removed; remove it on POST. The lesson stays accepted."""
    user, lesson = _get_lesson_to_decide(request, pk)
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.withdraw_answer, lesson=lesson, by=user):
        messages.success(request, _("The lesson is again without an answer."))
        return redirect(lesson)
    consequences = (_("The lesson stays accepted, without an answer, until a version answers it."),)
    page = _lesson_form_page(lesson, _("Withdraw the answer"), _("Withdraw"), consequences=consequences)
    return page.show(request, form)


def _decided_reason(lesson: Lesson) -> StrOrPromise:
    """Return why the lab can no longer accept or refuse the lesson; "" while it is undecided."""
    return "" if lesson.state == LessonState.PROPOSED else _("The lab has already accepted or refused this lesson.")


def _no_answer_reason(lesson: Lesson, versions: FormatQuerySet) -> StrOrPromise:
    """Return why the lab cannot choose a version as answer now: the lesson is not accepted, or `versions` is empty;
    else "".

    `versions` are the versions later than the edition's.
    """
    if lesson.state != LessonState.ACCEPTED:
        return _("Accept the lesson first. A version can only answer an accepted lesson.")
    if not versions.exists():
        return _(
            "There is no later version of the format yet. Create a version first, then choose it as the answer"
            " to this lesson."
        )
    return ""


def _later_versions(lesson: Lesson) -> FormatQuerySet:
    """Return the format versions of the programme later than the one of the lesson's edition, drafts included, the
    latest first.
    """
    pinned = lesson.edition.format
    return Format.objects.filter(programme=pinned.programme_id, version__gt=pinned.version).latest_first()


def _get_lesson_to_decide(request: HttpRequest, pk: int) -> tuple[User, Lesson]:
    """Return the signed-in user and the lesson with this key, for pages of lab staff.

    Raises Http404 for people who may not read the lesson, Refused for readers who are not lab staff.
    """
    user, lesson = person(request), _get_lesson(request, pk)
    enforce(can_judge_lessons(user))
    return user, lesson


def _get_edition(request: HttpRequest, slug: str) -> Edition:
    """Return the edition with this slug; raises Http404 when the person may not read its lessons.

    They may as lab staff, as a present or past member of a cohort, or today as an admin of an authority.
    """
    return get_object_or_404(Edition.objects.in_own_editions(person(request)), slug=slug)


def _get_lesson(request: HttpRequest, pk: int) -> Lesson:
    """Return the lesson with this key, with its edition and format; raises Http404 when the person may not read it.

    Lab staff read all lessons, others those of editions they take part in: accepted ones, and those of their own
    authority.
    """
    return get_object_or_404(Lesson.objects.visible_to(person(request)).select_related("edition__format"), pk=pk)


def _list_url(edition: Edition) -> str:
    """Return the URL of the list of an edition's lessons."""
    return reverse("programmes:lessons", args=[edition.slug])


def _lesson_form_page(
    lesson: Lesson,
    title: StrOrPromise,
    action: StrOrPromise,
    *,
    consequences: tuple[StrOrPromise, ...] = (),
    unavailable_reason: StrOrPromise = "",
) -> FormPage:
    """Return a form page about a lesson, with the lesson's text above the form.

    `action` is the label of the button, `consequences` are sentences about what it does. With an `unavailable_reason`,
    this text replaces the form.
    """
    return FormPage(
        title,
        action,
        lesson.get_absolute_url(),
        crumb=_("Lessons"),
        parent=lesson.edition.name,
        intro=lesson.text,
        consequences=consequences,
        unavailable_reason=unavailable_reason,
    )
