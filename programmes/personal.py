"""What programmes keep of a person: mandates, which end when they are erased, and lessons they noted."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, erasers, gaps, personal_data
from programmes.actions.authorities import end_admin
from programmes.models import AuthorityAdmin, Lesson

MANDATES = PersonalData(
    gettext_lazy("Authorities you are an admin of"),
    told(lambda user: AuthorityAdmin.objects.filter(user=user), "since", "until", of="authority__name"),
    covers=("programmes.AuthorityAdmin.user",),
)
LESSONS = PersonalData(
    gettext_lazy("Lessons you added"),
    told(lambda user: Lesson.objects.filter(noted_by=user), "text", "state", edition_name="edition__name"),
    covers=("programmes.Lesson.noted_by",),
)


def end_mandates(*, user: User, at: datetime) -> None:
    """Today is the last day in charge."""
    for admin in AuthorityAdmin.objects.filter(user=user, until=None).select_related("authority"):
        end_admin(admin=admin, at=at, by=None)


def without_admin(user: User, today: date) -> list[str]:
    """Authorities that nobody else with an open account answers for."""
    alone = AuthorityAdmin.objects.alone(today).filter(user=user).select_related("authority")
    return [
        _("%(authority)s has no other admin.") % {"authority": admin.authority}
        for admin in alone.order_by("authority__name")
    ]


def register() -> None:
    """Bring them to accounts."""
    personal_data.register("mandates", MANDATES, order=10)
    personal_data.register("lessons", LESSONS, order=35)
    erasers.register("mandates", end_mandates, order=30)
    gaps.register("authorities", without_admin, order=10)
