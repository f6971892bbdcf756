"""Who may change programmes, formats, editions, authorities, methods and lessons, and read an authority's admins.

Each function returns a `Decision`; a refusal has the reason.
"""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_change_as_lab
from programmes.enums import LessonState
from programmes.hooks import programme_hooks
from programmes.models import Authority, AuthorityAdmin, Edition, Format, Lesson
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny

ONLY_STAFF = _("Only lab staff can do this.")


def can_manage_programmes(user: User) -> Decision:
    """Return whether the user may create and change programmes, formats, editions, authorities and methods: lab staff
    only.

    This includes the calendar periods and the admins of authorities.
    """
    return can_change_as_lab(user, ONLY_STAFF)


def can_change_format(user: User, format: Format) -> Decision:  # noqa: A002 - the domain's word
    """Return whether the user may change a format version's numbers, phases and reminder schedules, and publish it.

    Only lab staff may, and only while it is a draft, not yet published.
    """
    if format.published:
        return deny(_("A published format cannot be changed. Create a new version."))
    return can_manage_programmes(user)


def can_move_edition(user: User, edition: Edition) -> Decision:
    """Return whether the user may move the edition to its next state (draft, open, running, closed, archived).

    Only lab staff may; not an archived edition or one that holds imported published facts.
    """
    if edition.retrospective:
        return deny(_("The state of published facts comes from their sources and cannot be changed here."))
    if edition.next_state is None:
        return deny(_("The edition is archived: no further state is possible."))
    return can_manage_programmes(user)


def can_change_edition(user: User, edition: Edition) -> Decision:
    """Return whether the user may correct the edition's name, dates and funders.

    Only lab staff may; not an edition that holds imported published facts.
    """
    if edition.retrospective:
        return deny(_("Published facts come from their sources and cannot be changed here."))
    return can_manage_programmes(user)


def can_see_admins(user: User, authority: Authority, today: Day) -> Decision:
    """Return whether the user may see who the authority's admins are: lab staff, and its admins on the day `today`."""
    if user.is_lab_staff or authority.admins.active(today).filter(user=user).exists():
        return ALLOW
    return deny(_("Only lab staff and the authority’s own admins can see who its admins are."))


def is_admin_somewhere(user: User, today: Day) -> bool:
    """Return whether the person is an admin of any authority on the day `today`, and so needs a second factor (one
    query).
    """
    return AuthorityAdmin.objects.active(today).filter(user=user).exists()


def can_add_lesson(user: User, edition: Edition, today: Day) -> Decision:
    """Return whether the user may add a lesson to the edition.

    Lab staff may, and people who take part in it on the day `today`: active members of its cohorts, and admins of their
    authorities.
    """
    if user.is_lab_staff:
        return can_change_as_lab(user, ONLY_STAFF)
    if any(hooks.takes_part(user, edition, today) for hooks in programme_hooks):
        return ALLOW
    return deny(_("Only people active in a cohort of this edition can do this."))


def can_edit_lesson(user: User, lesson: Lesson, today: Day) -> Decision:
    """Return whether the user may edit the lesson: its author, until the lab accepts or refuses it.

    The author must still be an active member of a cohort of the edition on the day `today`, an admin of its authority,
    or lab staff.
    """
    if lesson.noted_by_id != user.pk:
        return deny(_("Only the person who added a lesson can edit it."))
    if lesson.state != LessonState.PROPOSED:
        return deny(_("The lab has already decided on this lesson: it can no longer be edited. Add another lesson."))
    return can_add_lesson(user, lesson.edition, today)


def can_judge_lessons(user: User) -> Decision:
    """Return whether the user may accept and refuse lessons and set the version that answers them: lab staff only."""
    return can_change_as_lab(user, ONLY_STAFF)
