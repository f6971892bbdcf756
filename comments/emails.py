"""What comments bring to the platform's post: told to whoever they name or answer and whose work they are on."""

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.models import Canvas
from comments.models import WAYS, WITH_COHORT, Comment, home_of, named
from comments.readers import people, readers
from notifications.models import DeliveryItem, Reminder
from notifications.registries import Checked, EventKind, LetterPart, Recipient, Scope
from notifications.reminders.reason_texts import labelled
from prototypes.models import Idea

LONGEST: Final = 300  # letters of the comment that go along
OWNS: Final = gettext_lazy("You get this e-mail because you own %(idea)s.")
SHARES: Final = gettext_lazy("You get this e-mail because you are a co-author of %(idea)s.")
BEGAN: Final = gettext_lazy("You get this e-mail because you began %(what)s.")
REASONS: Final = {
    "taken_back": gettext_lazy("the comment was withdrawn"),
    "not_named": gettext_lazy("the comment no longer names the person"),
}


def find(reminder: Reminder) -> Comment | None:
    """The comment of a reminder with what it is about; None when it is gone."""
    rows = Comment.objects.select_related("written_by", *WITH_COHORT)
    return rows.filter(pk=reminder.object_id).first()


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Whom the comment concerns and no earlier letter told of it; nobody once it was taken back."""
    comment = find(reminder)
    if comment is None or comment.taken_back_at:
        return []
    told = DeliveryItem.objects.filter(reminder__kind=reminder.kind, reminder__object_id=comment.pk)
    return [
        Recipient(user) for user in people(_concerned(comment) & _reading(comment) & ~Q(pk__in=told.values("user")))
    ]


def check(reminder: Reminder, user: User, at: datetime) -> Checked:
    """Why the person should not get the letter any more, as a slug, "" when they should; and the comment."""
    comment = find(reminder)
    return Checked(_refusal(comment, user) if comment else "removed", comment)


def _refusal(comment: Comment, user: User) -> str:
    if comment.taken_back_at:
        return "taken_back"
    themself = User.objects.filter(pk=user.pk)
    if not themself.filter(_reading(comment)).exists():
        return "left"
    return "" if themself.filter(_concerned(comment)).exists() else "not_named"


def stops(reminder: Reminder, at: datetime) -> str:
    comment = find(reminder)
    return "taken_back" if comment and comment.taken_back_at else ""


def render(reminder: Reminder, comment: Comment, user: User, language: str) -> LetterPart:
    """Its beginning, as it was written; what stands around it in the language that is active."""
    home = home_of(comment.subject)
    values = {"who": comment.written_by.full_name, "what": named(comment.subject), "idea": str(home)}
    said = Truncator(comment.text).chars(LONGEST)
    return LetterPart(
        subject=_("%(who)s commented on %(what)s") % values,
        text="\n\n".join([_("%(who)s wrote on %(what)s:") % values, said]),
        why=str(_why(comment, user)) % values,
        button=(_("Read and answer"), comment.get_absolute_url()),
    )


def describe(reminder: Reminder) -> str:
    """To whom and what, for the ledger."""
    return labelled(_("People whom the comment names or answers, or whose work it is about"), _("a comment"))


def href(reminder: Reminder) -> str:
    return reverse("comments:comment", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """What each is about, and who wrote it (one statement)."""
    rows = Comment.objects.filter(pk__in=pks).select_related("written_by", *WAYS)
    return {row.pk: f"{named(row.subject)} · {row.written_by}" for row in rows}


def within(scope: Scope) -> set[int]:
    """Ids of the comments on work of an edition, a cohort or an authority."""

    def reached(way: str) -> Q:
        edition, authority = f"{way}cohort__edition__slug", f"{way}cohort__authority__slug"
        return Q(**scope.limits(edition=edition, cohort=f"{way}cohort__slug", authority=authority))

    return set(Comment.objects.filter(reduce(or_, map(reached, WAYS.values()))).values_list("pk", flat=True))


def _reading(comment: Comment) -> Q:
    home = home_of(comment.subject)
    return readers(home.cohort, shared=home.shared_with_edition, since=comment.born_on)


def _concerned(comment: Comment) -> Q:
    """Whoever it names, whose work it is on, and who wrote before in the thread; never its writer."""
    before = Comment.objects.filter(Q(pk=comment.thread_id) | Q(thread=comment.thread_id), pk__lt=comment.pk)
    answered = before.filter(taken_back_at=None) if comment.thread_id else before.none()
    wanted = Q(pk__in=comment.mentions.values("person")) | _whose(comment)
    return (wanted | Q(pk__in=answered.values("written_by"))) & ~Q(pk=comment.written_by_id)


def _whose(comment: Comment) -> Q:
    """The idea's owner and co-authors, or whoever began the canvas."""
    home = home_of(comment.subject)
    if isinstance(home, Canvas):
        return Q(pk=home.made_by_id)
    return Q(pk=home.owner_id) | Q(pk__in=home.co_authors.order_by().values("pk"))


def _why(comment: Comment, user: User) -> StrOrPromise:
    if comment.mentions.filter(person=user).exists():
        return _("You get this e-mail because the comment on %(what)s names you.")
    home = home_of(comment.subject)
    if user.pk == (home.made_by_id if isinstance(home, Canvas) else home.owner_id):
        return BEGAN if isinstance(home, Canvas) else OWNS
    if isinstance(home, Idea) and user.pk in home.author_ids:
        return SHARES
    return _("You get this e-mail because you wrote in this conversation on %(what)s.")


COMMENT = EventKind(
    label=gettext_lazy("Comments"),
    recipients=recipients,
    check=check,
    find=find,
    render=render,
    describe=describe,
    href=href,
    within=within,
    names=names,
    seen_by=lambda user, pk: Comment.objects.visible_to(user).filter(pk=pk).exists(),
    stops=stops,
    reasons=REASONS,
)
