"""Comments below a page, on a page of their own, and the forms to write, change and take back one.

What can be commented on is in `SUBJECTS`, by the name of its column in `Comment`.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from canvases.views.lookups import canvas_at
from cohorts.clock import local_today
from comments import actions
from comments.conversation import SHOWN, Talk, latest_first, lines_of, talk_about
from comments.forms import ChangeCommentForm, CommentForm, TakeBackForm
from comments.models import WITH_COHORT, Comment, CommentQuerySet, Subject, cohort_of, home_of
from comments.permissions import may_comment, may_take_back, open_to_comments, own_comment
from comments.readers import in_touch, people, readers
from comments.refusals import TAKEN_BACK
from prototypes.action_pages.edit_conflicts import keep
from prototypes.permissions import both
from prototypes.views.lookups import idea_at, letters, prototype_at
from prototypes.views.pages import ask
from web.decisions import enforce
from web.errors import DomainError
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, sent
from web.pages.htmx import wants_partial
from web.pages.pagination import paginate
from web.text.markdown import folded, mentions_in

QUOTED: Final = 300  # letters of a comment the lab takes back
SUBJECTS: Final[MappingProxyType[str, Callable[[HttpRequest, int], Any]]] = MappingProxyType(
    {"idea": idea_at, "prototype": prototype_at, "canvas": canvas_at}
)


@require_safe
def comments(request: HttpRequest, pk: int, about: str) -> HttpResponse:
    """All that was said, the latest on the first page."""
    subject = SUBJECTS[about](request, pk)
    return _page(request, subject, Comment.objects.visible_to(person(request)).about(subject))


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment in its conversation."""
    row = comment_at(request, pk)
    opener = row.thread or row
    within = Comment.objects.visible_to(person(request)).filter(Q(pk=opener.pk) | Q(thread=opener.pk))
    return _page(request, row.subject, within, answers=opener)


def _page(request: HttpRequest, subject: Any, rows: CommentQuerySet, answers: Comment | None = None) -> HttpResponse:
    page = paginate(latest_first(rows), request.GET.get("page"), per_page=SHOWN)
    may = both(may_comment(letters(request, cohort_of(subject))), open_to_comments(subject))
    form = CommentForm(people=_offered(request, subject)) if may else None
    talk = Talk(subject, lines_of(page.rows, person(request)), may, form, answers=answers)
    return render(request, "comments/page.html", {"talk": talk, "page": page})


@form_page
def write(request: HttpRequest, pk: int, about: str) -> HttpResponse:
    """Say something about a subject."""
    return _write(request, SUBJECTS[about](request, pk))


@form_page
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a comment."""
    row = comment_at(request, pk)
    return _write(request, row.subject, answers=row)


def _write(request: HttpRequest, subject: Any, answers: Comment | None = None) -> HttpResponse:
    holds = letters(request, cohort_of(subject))
    may = both(may_comment(holds), open_to_comments(subject))
    enforce(may)
    choosing = "choose" in request.POST
    typed = {"text": request.POST.get("text", "")} if choosing else {}
    form = CommentForm(None if choosing else sent(request), people=_offered(request, subject), initial=typed)
    made = _made(request, form, subject, answers)
    if wants_partial(request) and not choosing and not answers:
        new = made.pk if made else 0
        talk = talk_about(request, subject, holds, form=None if made else form, new=new)
        return render(request, "comments/panel.html", {"talk": talk, "unheard": made and _unheard(made)})
    if made:
        messages.success(request, _("Your comment is on the page."))
        _say_unheard(request, made)
        return redirect(f"{subject.get_absolute_url()}#comment-{made.pk}")
    lines = lines_of([_read_again(answers)], person(request)) if answers else []
    talk = Talk(subject, lines, may, form, answers=answers)
    return render(request, "comments/write.html", {"talk": talk, "form": form})


def _made(request: HttpRequest, form: CommentForm, subject: Any, answers: Comment | None) -> Comment | None:
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return actions.write_comment(about=subject, thread=answers, by=person(request), at=now(), **form.told())
    except DomainError as error:
        form.renew()
        error.add_to(form)
        return None


def _say_unheard(request: HttpRequest, comment: Comment) -> None:
    if unheard := _unheard(comment):
        messages.warning(request, unheard)


def _unheard(comment: Comment) -> str:
    """Of the names after an `@` those that no letter follows; a part of the name of somebody who has one is no such."""
    if "@" not in comment.text:
        return ""
    home = home_of(comment.subject)
    reading = people(readers(home.cohort, shared=home.shared_with_edition, since=comment.born_on)).values_list(
        "full_name", flat=True
    )
    told = set(comment.mentions.values_list("person__full_name", flat=True))
    found, unknown = mentions_in(comment.text, reading)
    parts = {part for name in told for part in folded(name).split()}
    left = sorted(found - told) + [word for word in unknown if folded(word) not in parts]
    names = ", ".join(f"@{name}" for name in left)
    return (
        _("%(names)s: nobody with this name will get an e-mail. Choose people from the list.") % {"names": names}
        if left
        else ""
    )


@form_page
def edit_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say it otherwise."""
    row = comment_at(request, pk)
    named = list(row.mentions.values_list("person", flat=True))
    form = ChangeCommentForm(sent(request), people=_offered(request, row.subject, named), stands=row.stands())
    form.initial["named"] = named
    title, back = _("Edit your comment"), f"{row.subject.get_absolute_url()}#comment-{row.pk}"
    if form.is_bound and row.taken_back_at and row.written_by_id == person(request).pk:
        why = _("Withdrawn by the lab: %(reason)s") % {"reason": row.taken_back_reason} if row.taken_back_by_id else ""
        return keep(request, form, title=title, stands=TAKEN_BACK, why=why, back=back, crumb=row.subject)
    enforce(both(own_comment(person(request), row), may_comment(letters(request, cohort_of(row.subject)))))

    def change() -> Comment:
        changed = actions.change_comment(comment=row, by=person(request), at=now(), **form.cleaned_data)
        _say_unheard(request, changed)
        return changed

    return ask(
        request,
        form,
        change,
        title=title,
        action=_("Save"),
        done=_("Saved."),
        back=back,
        crumb=row.subject,
    )


@form_page
def take_back_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Its text goes; that there was one stays. Taken back already, there is nothing left to do."""
    row, user = comment_at(request, pk), person(request)
    enforce(may_take_back(letters(request, cohort_of(row.subject)), user, row))
    back, own = f"{row.subject.get_absolute_url()}#comment-{row.pk}", row.written_by_id == user.pk
    if row.taken_back_at:
        return redirect(back)
    form = SureForm(sent(request)) if own else TakeBackForm(sent(request))
    if done(form, actions.take_back_comment, comment=row, by=user, at=now()):
        messages.success(request, _("Your comment is withdrawn.") if own else _("The comment is withdrawn."))
        return redirect(back)
    return _question(row, back, own=own).show(request, form)


def _question(row: Comment, back: str, *, own: bool) -> FormPage:
    stays = _("The page will show that there was a comment and that you withdrew it. Answers to it stay.")
    lab = _("The page will show that the lab withdrew the comment, and why. Answers to it stay.")
    return FormPage(
        _("Withdraw your comment") if own else _("Withdraw a comment by %(person)s") % {"person": row.written_by},
        pgettext("comment", "Withdraw comment"),
        back,
        crumb=row.subject,
        intro="" if own else Truncator(row.text).chars(QUOTED),
        grave=True,
        consequences=(
            _("The text of the comment is deleted, and no more e-mails about it are sent."),
            stays if own else lab,
        ),
    )


def comment_at(request: HttpRequest, pk: int) -> Comment:
    rows = Comment.objects.visible_to(person(request)).select_related("written_by", "thread", *WITH_COHORT)
    return get_object_or_404(rows, pk=pk)


def _offered(request: HttpRequest, subject: Subject, besides: Sequence[int] = ()) -> Any:
    """The others a list offers to mention; and those a comment mentions already."""
    return people(in_touch(cohort_of(subject), local_today(cohort_of(subject)), besides)).exclude(pk=person(request).pk)


def _read_again(row: Comment) -> Comment:
    return Comment.objects.with_names().get(pk=row.pk)
