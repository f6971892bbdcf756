"""The pages of comments, and the forms to write, change and withdraw one."""

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
from canvases.views.lookups import get_canvas_or_404
from cohorts.clock import local_today
from comments import actions
from comments.conversation import (
    COMMENTS_PER_PAGE,
    Conversation,
    comment_lines,
    conversation_about,
    ordered_latest_first,
)
from comments.forms import ChangeCommentForm, CommentForm, WithdrawCommentForm
from comments.models import WITH_COHORT, Comment, CommentQuerySet, Subject, cohort_of, readable_object_of
from comments.permissions import accepts_comments, can_add_comment, can_change_comment, can_withdraw_comment
from comments.readers import people, readers, suggested_readers
from comments.refusals import ALREADY_WITHDRAWN
from prototypes.action_pages.edit_conflicts import render_edit_conflict
from prototypes.permissions import allow_if_all
from prototypes.views.lookups import get_idea_or_404, get_prototype_or_404, roles_in
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages.htmx import wants_partial
from web.pages.pagination import paginate
from web.text.markdown import find_mentions, folded

MAX_QUOTED_CHARACTERS: Final = 300  # of a comment that the lab withdraws
# The views' lookups of the kinds of subjects, by their column in `Comment`.
SUBJECT_LOOKUPS: Final[MappingProxyType[str, Callable[[HttpRequest, int], Any]]] = MappingProxyType(
    {"idea": get_idea_or_404, "prototype": get_prototype_or_404, "canvas": get_canvas_or_404}
)


@require_safe
def comments(request: HttpRequest, pk: int, about: str) -> HttpResponse:
    """Show all comments on a subject, 20 on a page, the latest on the first page.

    `pk` is the key of the subject, `about` its kind: `idea`, `prototype` or `canvas`. Raises Http404 when the person
    may not read the subject.
    """
    subject = SUBJECT_LOOKUPS[about](request, pk)
    return _page(request, subject, Comment.objects.visible_to(person(request)).about(subject))


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the thread of the comment `pk`, with the form to reply to it.

    Raises Http404 when the person may not read it.
    """
    row = get_comment_or_404(request, pk)
    opener = row.thread or row
    thread = Comment.objects.visible_to(person(request)).filter(Q(pk=opener.pk) | Q(thread=opener.pk))
    return _page(request, row.subject, thread, replies_to=opener)


def _page(request: HttpRequest, subject: Any, rows: CommentQuerySet, replies_to: Comment | None = None) -> HttpResponse:
    """Render a page of comments, 20 at a time, with the form for those who may comment on the subject.

    `rows` are the comments. `replies_to` is the comment whose thread the page shows; None on the page of all comments.
    """
    page = paginate(ordered_latest_first(rows), request.GET.get("page"), per_page=COMMENTS_PER_PAGE)
    can_comment = allow_if_all(can_add_comment(roles_in(request, cohort_of(subject))), accepts_comments(subject))
    form = CommentForm(people=_people_offered(request, subject)) if can_comment else None
    conversation = Conversation(
        subject, comment_lines(page.rows, person(request)), can_comment, form, replies_to=replies_to
    )
    return render(request, "comments/page.html", {"conversation": conversation, "page": page})


@form_page
def write(request: HttpRequest, pk: int, about: str) -> HttpResponse:
    """Show the form to comment on a subject; save the comment on POST and redirect to the subject.

    `pk` is the key of the subject, `about` its kind: `idea`, `prototype` or `canvas`. Raises Http404 when the person
    may not read it, Refused when they may not comment.
    """
    return _write(request, SUBJECT_LOOKUPS[about](request, pk))


@form_page
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to reply to the comment `pk` in its thread; save the reply on POST and redirect to the subject.

    Raises Http404 when the person may not read the comment, Refused when they may not reply.
    """
    row = get_comment_or_404(request, pk)
    return _write(request, row.subject, replies_to=row)


def _write(request: HttpRequest, subject: Any, replies_to: Comment | None = None) -> HttpResponse:
    """Show the form to comment on the subject or to reply to the comment `replies_to`; save it on POST and redirect.

    An htmx request gets the refreshed comments panel instead. The button `choose` shows the form again with the people
    to mention. Raises Refused when the person may not comment.
    """
    roles = roles_in(request, cohort_of(subject))
    can_comment = allow_if_all(can_add_comment(roles), accepts_comments(subject))
    enforce(can_comment)
    choosing = "choose" in request.POST
    typed = {"text": request.POST.get("text", "")} if choosing else {}
    form = CommentForm(
        None if choosing else submitted_data(request), people=_people_offered(request, subject), initial=typed
    )
    comment = apply_form(form, actions.write_comment, about=subject, thread=replies_to, by=person(request), at=now())
    if wants_partial(request) and not choosing and not replies_to:
        new = comment.pk if comment else 0
        conversation = conversation_about(request, subject, roles, form=None if comment else form, new=new)
        return render(
            request,
            "comments/panel.html",
            {"conversation": conversation, "unknown_mentions": comment and _unknown_mentions_text(comment)},
        )
    if comment:
        messages.success(request, _("Your comment is on the page."))
        _warn_of_unknown_mentions(request, comment)
        return redirect(f"{subject.get_absolute_url()}#comment-{comment.pk}")
    lines = comment_lines([_with_mentioned_names(replies_to)], person(request)) if replies_to else []
    conversation = Conversation(subject, lines, can_comment, form, replies_to=replies_to)
    return render(request, "comments/write.html", {"conversation": conversation, "form": form})


def _warn_of_unknown_mentions(request: HttpRequest, comment: Comment) -> None:
    """Show a warning on the next page when the text of the comment has names after an `@` that mention nobody."""
    if unknown_mentions := _unknown_mentions_text(comment):
        messages.warning(request, unknown_mentions)


def _unknown_mentions_text(comment: Comment) -> str:
    """Return a sentence that lists the names after an `@` in a comment that mention nobody; "" when there are none.

    A part of a mentioned person's name, such as the first name, is not listed.
    """
    if "@" not in comment.text:
        return ""
    readable_object = readable_object_of(comment.subject)
    reader_names = people(
        readers(readable_object.cohort, shared=readable_object.shared_with_edition, since=comment.created_on)
    ).values_list("full_name", flat=True)
    mentioned = set(comment.mentions.values_list("person__full_name", flat=True))
    in_text, unknown = find_mentions(comment.text, reader_names)
    parts = {part for name in mentioned for part in folded(name).split()}
    unknown_names = sorted(in_text - mentioned) + [word for word in unknown if folded(word) not in parts]
    names = ", ".join(f"@{name}" for name in unknown_names)
    return (
        _("%(names)s: nobody with this name will get an e-mail. Choose people from the list.") % {"names": names}
        if unknown_names
        else ""
    )


@form_page
def edit_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to change the comment `pk`; save it on POST. Raises Refused for anyone but its writer.

    When the comment was withdrawn in the meantime, shows a conflict page with what was typed.
    """
    row = get_comment_or_404(request, pk)
    mentioned = list(row.mentions.values_list("person", flat=True))
    form = ChangeCommentForm(
        submitted_data(request), people=_people_offered(request, row.subject, mentioned), current=row.form_values()
    )
    form.initial["mentioned"] = mentioned
    title, back = _("Edit your comment"), f"{row.subject.get_absolute_url()}#comment-{row.pk}"
    if form.is_bound and row.withdrawn_at and row.written_by_id == person(request).pk:
        reason = row.withdrawal_reason
        explanation = _("Withdrawn by the lab: %(reason)s") % {"reason": reason} if row.withdrawn_by_id else ""
        return render_edit_conflict(
            request,
            form,
            title=title,
            current_state=ALREADY_WITHDRAWN,
            explanation=explanation,
            back=back,
            crumb=row.subject,
        )
    enforce(
        allow_if_all(
            can_change_comment(person(request), row), can_add_comment(roles_in(request, cohort_of(row.subject)))
        )
    )

    def change(**values: Any) -> Comment:
        """Save the changed comment, warn of names after an `@` that mention nobody, and return it."""
        changed = actions.change_comment(comment=row, by=person(request), at=now(), **values)
        _warn_of_unknown_mentions(request, changed)
        return changed

    page = FormPage(title, _("Save"), back, crumb=row.subject)
    return form_response(request, form, page, change, done=_("Saved."))


@form_page
def withdraw_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to withdraw the comment `pk`; on POST delete its text.

    The page still shows that there was a comment. Its writer confirms, lab staff give a reason; raises Refused for
    anyone else. Afterwards, and for a withdrawn comment, redirects to the subject's page.
    """
    row, user = get_comment_or_404(request, pk), person(request)
    enforce(can_withdraw_comment(roles_in(request, cohort_of(row.subject)), user, row))
    back, own = f"{row.subject.get_absolute_url()}#comment-{row.pk}", row.written_by_id == user.pk
    if row.withdrawn_at:
        return redirect(back)
    form = ConfirmationForm(submitted_data(request)) if own else WithdrawCommentForm(submitted_data(request))
    if apply_form(form, actions.withdraw_comment, comment=row, by=user, at=now()):
        messages.success(request, _("Your comment is withdrawn.") if own else _("The comment is withdrawn."))
        return redirect(back)
    return _withdrawal_page(row, back, own=own).show(request, form)


def _withdrawal_page(row: Comment, back: str, *, own: bool) -> FormPage:
    """Return the page that asks to confirm the withdrawal of the comment `row`; `back` is where “Cancel” leads.

    `own` tells whether the reader wrote the comment; if not, the page quotes its first 300 characters.
    """
    stays = _("The page will show that there was a comment and that you withdrew it. Replies to it stay.")
    lab = _("The page will show that the lab withdrew the comment, and why. Replies to it stay.")
    return FormPage(
        _("Withdraw your comment") if own else _("Withdraw a comment by %(person)s") % {"person": row.written_by},
        pgettext("comment", "Withdraw comment"),
        back,
        crumb=row.subject,
        intro="" if own else Truncator(row.text).chars(MAX_QUOTED_CHARACTERS),
        is_destructive=True,
        consequences=(
            _("The text of the comment is deleted, and no more e-mails about it are sent."),
            stays if own else lab,
        ),
    )


def get_comment_or_404(request: HttpRequest, pk: int) -> Comment:
    """Return the comment with this key, with its subject and cohort.

    Raises Http404 if the signed-in person may not read it.
    """
    rows = Comment.objects.visible_to(person(request)).select_related("written_by", "thread", *WITH_COHORT)
    return get_object_or_404(rows, pk=pk)


def _people_offered(request: HttpRequest, subject: Subject, already_mentioned: Sequence[int] = ()) -> Any:
    """Return the people to offer for a mention: the cohort's members today, its authority's admins and the lab, by
    name.

    The person who writes is left out. `already_mentioned` are keys of people whom the comment mentions; they stay on
    offer.
    """
    return people(suggested_readers(cohort_of(subject), local_today(cohort_of(subject)), already_mentioned)).exclude(
        pk=person(request).pk
    )


def _with_mentioned_names(row: Comment) -> Comment:
    """Return the comment read again from the database, with its writer and, as `names`, the names of the people it
    mentions.
    """
    return Comment.objects.with_mentioned_names().get(pk=row.pk)
