"""Personal data in programmes: mandates as authority admin, which end on erasure, and lessons the person added."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from programmes.actions.authorities import end_admin
from programmes.models import AuthorityAdmin, Lesson

MANDATES = PersonalData(
    gettext_lazy("Authorities you are an admin of"),
    row_reader(lambda user: AuthorityAdmin.objects.filter(user=user), "since", "until", of="authority__name"),
    covers=("programmes.AuthorityAdmin.user",),
)
LESSONS = PersonalData(
    gettext_lazy("Lessons you added"),
    row_reader(lambda user: Lesson.objects.filter(noted_by=user), "text", "state", edition_name="edition__name"),
    covers=("programmes.Lesson.noted_by",),
)


def end_mandates(*, user: User, at: datetime) -> None:
    """End all mandates of the person as an authority admin, when their data is erased.

    The last day is the authority's date at the moment `at`.
    """
    for admin in AuthorityAdmin.objects.filter(user=user, until=None).select_related("authority"):
        end_admin(admin=admin, at=at, by=None)


def without_admin(user: User, today: date) -> list[str]:
    """Return a sentence for each authority, by name, that would have no other admin with an open account without this
    person.

    Empty when there is none. `today` is the day on which mandates must be active.
    """
    sole_admins = AuthorityAdmin.objects.sole_admins(today).filter(user=user).select_related("authority")
    return [
        _("%(authority)s has no other admin.") % {"authority": admin.authority}
        for admin in sole_admins.order_by("authority__name")
    ]


PRIVACY = PrivacyHooks(personal_data={"mandates": MANDATES, "lessons": LESSONS}, erase=end_mandates)
