"""Who may change what the lab offers: lab staff, and nobody else; and what nobody may change."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.enums import LessonState
from programmes.models import Authority, AuthorityAdmin, Edition, Format, Lesson
from programmes.registries import edition_people
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny

ONLY_STAFF = _("Only lab staff can do this.")


def may_keep_programmes(user: User) -> Decision:
    """Create programmes, formats and editions, keep authorities and the calendar, name authority admins."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def may_change_format(user: User, format: Format) -> Decision:  # noqa: A002 - the domain's word
    """Change a version's numbers, phases and ladders, and publish it."""
    if format.published:
        return deny(_("A published format cannot be changed. Create a new version."))
    return may_keep_programmes(user)


def may_move_edition(user: User, edition: Edition) -> Decision:
    """Take an edition to its next state."""
    if edition.retrospective:
        return deny(_("The state of published facts comes from their sources and cannot be changed here."))
    if edition.next_state is None:
        return deny(_("The edition is archived: no further state is possible."))
    return may_keep_programmes(user)


def may_change_edition(user: User, edition: Edition) -> Decision:
    """Correct name, dates and funders."""
    if edition.retrospective:
        return deny(_("Published facts come from their sources and cannot be changed here."))
    return may_keep_programmes(user)


def may_see_admins(user: User, authority: Authority, today: Day) -> Decision:
    """Read who answers for an authority: lab staff, and those who do."""
    if user.is_lab_staff or authority.admins.active(today).filter(user=user).exists():
        return ALLOW
    return deny(_("Only lab staff and the authority’s own admins can see who its admins are."))


def is_admin_somewhere(user: User, today: Day) -> bool:
    """Whether the person is an admin of some authority on that day: a password alone is not enough for that."""
    return AuthorityAdmin.objects.active(today).filter(user=user).exists()


def may_note_lesson(user: User, edition: Edition, today: Day) -> Decision:
    """Note what was learned: lab staff, and whoever has a part in the edition that day."""
    if user.is_lab_staff or any(has_part(user, edition, today) for has_part in edition_people):
        return ALLOW
    return deny(_("Only people active in a cohort of this edition can do this."))


def may_edit_lesson(user: User, lesson: Lesson, today: Day) -> Decision:
    """Word one's own lesson otherwise, until the lab judges it."""
    if lesson.noted_by_id != user.pk:
        return deny(_("Only the person who added a lesson can edit it."))
    if lesson.state != LessonState.PROPOSED:
        return deny(_("The lab has already decided on this lesson: it can no longer be edited. Add another lesson."))
    return may_note_lesson(user, lesson.edition, today)


def may_judge_lessons(user: User) -> Decision:
    """Accept and refuse lessons, and say which version answers them."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)
