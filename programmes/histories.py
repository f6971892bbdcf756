"""The history of authorities, programmes and their editions."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _

from notifications.reminders.schedule import parse_offset
from programmes.enums import Audience, Letter, Metric
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
from programmes.wording import offset_in_words
from web.history_pages import Kept, Part, Wording


def _one_of(choices: type[Choices]) -> Wording:
    """The label of a slug; one an import brought from elsewhere is shown as it is."""
    labels = dict(choices.choices)
    return lambda slug, _row: str(labels.get(slug, slug))


def _offset(value: Any, _row: Mapping[str, Any]) -> str:
    return offset_in_words(parse_offset(value))


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
    "lesson": Kept(
        _("lesson"),
        Lesson,
        title="text",
        pages=(
            "programmes:edit_lesson",
            "programmes:accept_lesson",
            "programmes:refuse_lesson",
            "programmes:answer_lesson",
            "programmes:withdraw_answer",
        ),
        forms_only=True,
    ),
    "calendar-period": Kept(
        _("calendar period"), CalendarPeriod, title="name", pages=("programmes:change_calendar_period",)
    ),
}
UNSHOWN: Final = {LadderStep: ("slug", "position")}
NAMED: Final = {
    AuthorityAdmin: ("user__full_name",),
    Claim: ("metric",),
    FormatPhase: ("kind",),
    LadderStep: ("letter",),
}
WORDED: Final[Mapping[Any, Mapping[str, Wording]]] = {
    Claim: {"metric": _one_of(Metric)},
    Format: {"required_disciplines": lambda names, _row: ", ".join(names)},
    LadderStep: {"audience": _one_of(Audience), "letter": _one_of(Letter), "offset": _offset, "until": _offset},
}
