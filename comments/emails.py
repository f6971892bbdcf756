"""The e-mails about comments, to the people they mention or reply to and to the authors of the work."""

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.models import Canvas
from comments.email_times import AT_ONCE
from comments.models import PATHS_TO_READABLE_OBJECT, WITH_COHORT, Comment, email_name, readable_object_of
from comments.readers import people, readers
from notifications.enums import ItemState
from notifications.models import DeliveryItem, EmailFrequency, Reminder
from notifications.registries import CommandScope, EmailPart, EventKind, Recipient, RecipientCheck
from notifications.reminders.reason_texts import join_with_colon
from prototypes.models import Idea

MAX_QUOTED_CHARACTERS: Final = 300  # of the comment, in the e-mail
REASON_OWNER: Final = gettext_lazy("You are receiving this e-mail because you own %(idea)s.")
REASON_CO_AUTHOR: Final = gettext_lazy("You are receiving this e-mail because you are a co-author of %(idea)s.")
REASON_CANVAS_AUTHOR: Final = gettext_lazy("You are receiving this e-mail because you began %(what)s.")
REASONS: Final = {
    "withdrawn": gettext_lazy("the comment was withdrawn"),
    "at_once": gettext_lazy("the person got the e-mail about the comment at once"),
    "not_named": gettext_lazy("the comment no longer names the person"),
}


def find(reminder: Reminder) -> Comment | None:
    """Return the comment that a reminder is about, with its writer and its subject; None when it no longer exists."""
    rows = Comment.objects.select_related("written_by", *WITH_COHORT)
    return rows.filter(pk=reminder.object_id).first()


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Return who gets the e-mail: the people whom the comment mentions or replies to, and the authors of the work it is
    about.

    Left out are its writer, people who may not read it, and those who already got an e-mail about it. The e-mail that
    leaves at once is for those who want it so. [] when the comment is withdrawn or gone. `at`, the moment of sending,
    is not used.
    """
    comment = find(reminder)
    if comment is None or comment.withdrawn_at:
        return []
    items = DeliveryItem.objects.filter(reminder__kind=reminder.kind, reminder__object_id=comment.pk)
    concerned = _people_concerned(comment) & _readers_of(comment) & ~Q(pk__in=items.values("user"))
    if reminder.audience == AT_ONCE:
        concerned &= Q(pk__in=EmailFrequency.objects.at_once().values("user"))
    return [Recipient(user) for user in people(concerned)]


def check(reminder: Reminder, user: User, at: datetime) -> RecipientCheck:
    """Return the comment, and a slug for why the person should no longer get the e-mail about it; "" when they should.

    The slugs: `removed` (the comment is gone), `withdrawn`, `left` (they may no longer read it), `not_named` and
    `at_once` (they got it at once). `at`, the moment of sending, is not used.
    """
    comment = find(reminder)
    if comment and reminder.audience != AT_ONCE and _items_at_once(reminder).filter(user=user).exists():
        return RecipientCheck("at_once", comment)
    return RecipientCheck(_stop_reason(comment, user) if comment else "removed", comment)


def _items_at_once(reminder: Reminder) -> QuerySet[DeliveryItem]:
    """Return the items about the reminder's comment that were sent, or wait to be sent, at once."""
    items = DeliveryItem.objects.filter(state__in=(ItemState.QUEUED, ItemState.SENT))
    return items.filter(
        reminder__kind=reminder.kind, reminder__object_id=reminder.object_id, reminder__audience=AT_ONCE
    )


def _stop_reason(comment: Comment, user: User) -> str:
    """Return the slug of why the person should not get the e-mail about the comment; "" when they should.

    "withdrawn"; "left" (they may no longer read it); "not_named" (neither mentioned, nor an author, nor in the thread).
    """
    if comment.withdrawn_at:
        return "withdrawn"
    own_row = User.objects.filter(pk=user.pk)
    if not own_row.filter(_readers_of(comment)).exists():
        return "left"
    return "" if own_row.filter(_people_concerned(comment)).exists() else "not_named"


def stop_reason(reminder: Reminder, at: datetime) -> str:
    """Return "withdrawn" when the comment of the reminder is withdrawn, so that nobody gets the e-mail; else "".

    `at`, the moment of sending, is not used.
    """
    comment = find(reminder)
    return "withdrawn" if comment and comment.withdrawn_at else ""


def render(reminder: Reminder, comment: Comment, user: User, language: str) -> EmailPart:
    """Return the part of an e-mail to `user` about one comment: who wrote on what, and its first 300 characters.

    The comment is quoted as it was written; the other texts are in the active language (`language` is not used).
    """
    readable_object = readable_object_of(comment.subject)
    values = {"who": comment.written_by.full_name, "what": email_name(comment.subject), "idea": str(readable_object)}
    excerpt = Truncator(comment.text).chars(MAX_QUOTED_CHARACTERS)
    return EmailPart(
        subject=_("%(who)s commented on %(what)s") % values,
        text="\n\n".join([_("%(who)s wrote on %(what)s:") % values, excerpt]),
        why=str(_reason_for(comment, user)) % values,
        button=(_("Read and reply"), comment.get_absolute_url()),
    )


def describe(reminder: Reminder) -> str:
    """Return whom the e-mails about comments reach and what they are about, for the list of planned e-mails.

    The text is the same for every reminder.
    """
    return join_with_colon(_("People whom the comment names or replies to, or whose work it is about"), _("a comment"))


def href(reminder: Reminder) -> str:
    """Return the URL of the page of the comment that the reminder is about."""
    return reverse("comments:comment", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Return a label for each comment by its key: the subject and the writer (one statement).

    Unknown keys are left out.
    """
    rows = Comment.objects.filter(pk__in=pks).select_related("written_by", *PATHS_TO_READABLE_OBJECT)
    return {row.pk: f"{email_name(row.subject)} · {row.written_by}" for row in rows}


def in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the comments on work of the edition, cohort or authority that a command is limited to.

    Without a limit, the keys of all comments.
    """

    def in_scope_by(path: str) -> Q:
        """Filter comments by the edition, cohort or authority of the command, along one path to the cohort.

        `path` is the lookup from a comment to its idea or canvas, such as `idea__`.
        """
        edition, authority = f"{path}cohort__edition__slug", f"{path}cohort__authority__slug"
        return Q(**scope.limits(edition=edition, cohort=f"{path}cohort__slug", authority=authority))

    return set(
        Comment.objects.filter(reduce(or_, map(in_scope_by, PATHS_TO_READABLE_OBJECT.values()))).values_list(
            "pk", flat=True
        )
    )


def _readers_of(comment: Comment) -> Q:
    """Filter the people who may read the comment: the lab, the authority's admins and the cohort's members.

    Past members only if they left after it was written; members of other cohorts of the edition if the work is shared.
    """
    readable_object = readable_object_of(comment.subject)
    return readers(readable_object.cohort, shared=readable_object.shared_with_edition, since=comment.created_on)


def _people_concerned(comment: Comment) -> Q:
    """Filter the people to e-mail about the comment; never its writer. Whether they may read it is checked elsewhere.

    They are the people it mentions, the authors of the work, and those who wrote earlier comments in its thread that
    are not withdrawn.
    """
    before = Comment.objects.filter(Q(pk=comment.thread_id) | Q(thread=comment.thread_id), pk__lt=comment.pk)
    answered = before.filter(withdrawn_at=None) if comment.thread_id else before.none()
    audience = Q(pk__in=comment.mentions.values("person")) | _authors_of_work(comment)
    return (audience | Q(pk__in=answered.values("written_by"))) & ~Q(pk=comment.written_by_id)


def _authors_of_work(comment: Comment) -> Q:
    """Filter the authors of what the comment is about: an idea's (or its prototype's) owner and co-authors, or a
    canvas's creator.
    """
    readable_object = readable_object_of(comment.subject)
    if isinstance(readable_object, Canvas):
        return Q(pk=readable_object.made_by_id)
    return Q(pk=readable_object.owner_id) | Q(pk__in=readable_object.co_authors.order_by().values("pk"))


def _reason_for(comment: Comment, user: User) -> StrOrPromise:
    """Return the sentence that tells the person why they get the e-mail, with placeholders for the names of the work.

    The first that applies: the comment mentions them, they are an author of the work, they wrote in the same thread.
    """
    if comment.mentions.filter(person=user).exists():
        return _("You are receiving this e-mail because the comment on %(what)s names you.")
    readable_object = readable_object_of(comment.subject)
    if user.pk == (readable_object.made_by_id if isinstance(readable_object, Canvas) else readable_object.owner_id):
        return REASON_CANVAS_AUTHOR if isinstance(readable_object, Canvas) else REASON_OWNER
    if isinstance(readable_object, Idea) and user.pk in readable_object.co_author_ids:
        return REASON_CO_AUTHOR
    return _("You are receiving this e-mail because you wrote in this conversation on %(what)s.")


COMMENT = EventKind(
    label=gettext_lazy("Comments"),
    recipients=recipients,
    check=check,
    find=find,
    render=render,
    describe=describe,
    href=href,
    in_scope=in_scope,
    names=names,
    can_see=lambda user, pk: Comment.objects.visible_to(user).filter(pk=pk).exists(),
    stop_reason=stop_reason,
    reasons=REASONS,
    can_wait=True,
)
