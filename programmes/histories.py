"""The history of authorities, programmes and their editions."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from programmes.models import (
    Authority,
    AuthorityAdmin,
    CalendarPeriod,
    Claim,
    Edition,
    Format,
    FormatPhase,
    LadderStep,
    Lesson,
    Programme,
)
from web.histories import Kept, Part

HISTORIES: Final = {
    "authority": Kept(
        _("authority"),
        Authority,
        title="name",
        pages=("programmes:authority",),
        argument="slug",
        key="slug",
        parts=(Part(AuthorityAdmin, "authority"),),
    ),
    "programme": Kept(
        _("programme"),
        Programme,
        title="name_fr",
        pages=("programmes:programme",),
        argument="slug",
        key="slug",
        parts=(Part(Claim, "programme"),),
    ),
    "format": Kept(
        _("format"),
        Format,
        title="label",
        pages=("programmes:format",),
        parts=(Part(FormatPhase, "format"), Part(LadderStep, "format")),
    ),
    "edition": Kept(
        _("edition"),
        Edition,
        title="name",
        pages=("programmes:edition",),
        argument="slug",
        key="slug",
        parts=(Part(Claim, "edition"), Part(Lesson, "edition")),
    ),
    "lesson": Kept(_("lesson"), Lesson, title="text", pages=("programmes:edit_lesson", "programmes:answer_lesson")),
    "calendar-period": Kept(
        _("calendar period"), CalendarPeriod, title="name", pages=("programmes:change_calendar_period",)
    ),
}
