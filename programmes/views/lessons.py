"""Lessons of an edition: read by its people, noted by them, judged and answered by the lab."""

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
from programmes.forms import AnswerForm, LessonForm, RefuseForm
from programmes.models import Edition, Format, Lesson
from programmes.models.formats import FormatQuerySet
from programmes.permissions import may_edit_lesson, may_judge_lessons, may_note_lesson
from web.dates.clock import platform_today, today_everywhere
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, sent
from web.pages import htmx
from web.pages.pagination import paginate


@dataclass(frozen=True, slots=True)
class Shown:
    """A lesson as one person reads it, with what they may do."""

    lesson: Lesson
    answered_by: Format | None
    may_edit: bool
    may_judge: bool
    may_answer: bool


def _shown(lessons: Iterable[Lesson], user: User, *, may_note: bool) -> list[Shown]:
    lab = bool(may_judge_lessons(user))
    return [
        Shown(
            lesson,
            lesson.answer_for(user),
            may_edit=may_note and lesson.noted_by_id == user.pk and lesson.state == LessonState.PROPOSED,
            may_judge=lab and lesson.state == LessonState.PROPOSED,
            may_answer=lab and lesson.state == LessonState.ACCEPTED,
        )
        for lesson in lessons
    ]


@require_safe
def lessons(request: HttpRequest, slug: str) -> HttpResponse:
    """Those the person reads, by phase, narrowed by state."""
    user, edition = person(request), _edition(request, slug)
    may_note = may_note_lesson(user, edition, today_everywhere())
    rows = Lesson.objects.visible_to(user).filter(edition=edition).select_related("noted_by", "answered_by").in_order()
    found = LessonFilter(request.GET, rows, request=request)
    page = paginate(found.qs, request.GET.get("page"))
    context = {
        "edition": edition,
        "filter": found,
        "page": page,
        "lessons": _shown(page, user, may_note=bool(may_note)),
        "may_note": may_note,
    }
    return htmx.render(request, "programmes/lessons/list.html", "results", context)


@form_page
def note_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose what was learned; `?phase=` chooses the phase beforehand."""
    user, edition, today = person(request), _edition(request, slug), platform_today()
    enforce(may_note_lesson(user, edition, today_everywhere()))
    asked = request.GET.get("phase", "")
    form = LessonForm(sent(request), initial={"phase": asked if asked in PhaseKind.values else ""})
    if made := done(form, actions.note_lesson, edition=edition, today=today, by=user):
        messages.success(request, _("The lesson is recorded. The lab will accept it, or say why not."))
        return redirect(made)
    intro = _(
        "The lab and the people of your authority can read the lesson and see who recorded it. Once the"
        " lab has accepted it, everyone who takes part in this edition can read it, without your name."
    )
    page = FormPage(_("Add lesson"), _("Save"), _list(edition), crumb=_("Lessons"), within=edition.name, intro=intro)
    return page.show(request, form)


@form_page
def edit_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    user, lesson = person(request), _lesson(request, pk)
    enforce(may_edit_lesson(user, lesson, today_everywhere()))
    form = LessonForm(sent(request), stands=lesson.said())
    if done(form, actions.edit_lesson, lesson=lesson, by=user):
        messages.success(request, _("Saved."))
        return redirect(lesson)
    return _page(lesson, _("Edit the lesson"), _("Save")).show(request, form)


@form_page
def accept_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    user, lesson = _to_judge(request, pk)
    form = SureForm(sent(request))
    if done(form, actions.accept_lesson, lesson=lesson, by=user):
        messages.success(request, _("The lesson is accepted: a later version of the format can answer it."))
        return redirect(lesson)
    consequences = (
        _("The lesson cannot be refused any more."),
        _("A later version of the format should answer this lesson."),
    )
    page = _page(
        lesson,
        _("Accept the lesson"),
        pgettext("lesson", "Accept"),
        consequences=consequences,
        impossible=_judged(lesson),
    )
    return page.show(request, form)


@form_page
def refuse_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """With a reason, which whoever noted it reads."""
    user, lesson = _to_judge(request, pk)
    form = RefuseForm(sent(request))
    if done(form, actions.refuse_lesson, lesson=lesson, by=user):
        messages.success(request, _("The lesson is refused. Your reason is shown next to it."))
        return redirect(lesson)
    consequences = (_("The lesson stays in the list, with your reason. It cannot be accepted any more."),)
    page = _page(
        lesson,
        _("Refuse the lesson"),
        pgettext("lesson", "Refuse"),
        consequences=consequences,
        impossible=_judged(lesson),
    )
    return page.show(request, form)


@form_page
def answer_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Which later version answers it, and how; `?version=` chooses the version beforehand."""
    user, lesson = _to_judge(request, pk)
    stands, versions = lesson.answered(), _later(lesson)
    form = AnswerForm(sent(request), stands=stands, versions=versions)
    if asked := request.GET.get("version"):
        form.initial["answered_by"] = asked
    if done(form, actions.answer_lesson, lesson=lesson, by=user):
        messages.success(request, _("The answer is saved. Editions keep their format version."))
        return redirect(lesson)
    page = _page(
        lesson, _("Choose the version that answers this lesson"), _("Save"), impossible=_unanswerable(lesson, versions)
    )
    return page.show(request, form)


@form_page
def withdraw_answer(request: HttpRequest, pk: int) -> HttpResponse:
    user, lesson = _to_judge(request, pk)
    form = SureForm(sent(request))
    if done(form, actions.withdraw_answer, lesson=lesson, by=user):
        messages.success(request, _("The lesson is again without an answer."))
        return redirect(lesson)
    consequences = (_("The lesson stays accepted, without an answer, until a version answers it."),)
    page = _page(lesson, _("Withdraw the answer"), _("Withdraw"), consequences=consequences)
    return page.show(request, form)


def _judged(lesson: Lesson) -> StrOrPromise:
    """Why it is judged no more; empty while it can be."""
    return "" if lesson.state == LessonState.PROPOSED else _("The lab has already accepted or refused this lesson.")


def _unanswerable(lesson: Lesson, versions: FormatQuerySet) -> StrOrPromise:
    """Why nothing can answer the lesson now; empty when something can."""
    if lesson.state != LessonState.ACCEPTED:
        return _("Accept the lesson first. A version can only answer an accepted lesson.")
    if not versions.exists():
        return _(
            "There is no later version of the format yet. Create a version first, then choose it as the answer"
            " to this lesson."
        )
    return ""


def _later(lesson: Lesson) -> FormatQuerySet:
    pinned = lesson.edition.format
    return Format.objects.filter(programme=pinned.programme_id, version__gt=pinned.version).latest_first()


def _to_judge(request: HttpRequest, pk: int) -> tuple[User, Lesson]:
    """The lab's person and the lesson; raises Http404 for whoever may not read it, Refused for other readers."""
    user, lesson = person(request), _lesson(request, pk)
    enforce(may_judge_lessons(user))
    return user, lesson


def _edition(request: HttpRequest, slug: str) -> Edition:
    """Raises Http404 for an edition whose lessons the person does not read."""
    return get_object_or_404(Edition.objects.lived_by(person(request)), slug=slug)


def _lesson(request: HttpRequest, pk: int) -> Lesson:
    return get_object_or_404(Lesson.objects.visible_to(person(request)).select_related("edition__format"), pk=pk)


def _list(edition: Edition) -> str:
    return reverse("programmes:lessons", args=[edition.slug])


def _page(
    lesson: Lesson,
    title: StrOrPromise,
    action: StrOrPromise,
    *,
    consequences: tuple[StrOrPromise, ...] = (),
    impossible: StrOrPromise = "",
) -> FormPage:
    """A form about a lesson, whose words stand above it."""
    return FormPage(
        title,
        action,
        lesson.get_absolute_url(),
        crumb=_("Lessons"),
        within=lesson.edition.name,
        intro=lesson.text,
        consequences=consequences,
        impossible=impossible,
    )
