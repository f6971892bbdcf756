"""The history pages of authorities, programmes, formats, editions, lessons and calendar periods."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _

from notifications.reminders.schedule import parse_offset
from programmes.enums import Audience, EmailType, Metric
from programmes.models import (
    Authority,
    AuthorityAdmin,
    CalendarPeriod,
    Claim,
    Edition,
    Format,
    FormatPhase,
    Lesson,
    Method,
    Programme,
    ReminderStep,
)
from programmes.wording import offset_in_words
from web.history_pages import HistoryKind, HistoryPart, ValueText


def _label_of(choices: type[Choices]) -> ValueText:
    """Return a function that turns a slug of these choices into its label, for history pages.

    An unknown slug is returned unchanged. The function's second argument, the row of the history, is not used.
    """
    labels = dict(choices.choices)
    return lambda slug, _row: str(labels.get(slug, slug))


def _offset_text(value: Any, _row: Mapping[str, Any]) -> str:
    """Return the offset of a reminder step in words, for its history: "-2w" becomes "2 weeks before".

    The second argument, the row of the history, is not used.
    """
    return offset_in_words(parse_offset(value))


HISTORIES: Final = {
    "authority": HistoryKind(
        _("authority"),
        Authority,
        title="name",
        pages=("programmes:authority",),
        argument="slug",
        key="slug",
        parts=(HistoryPart(AuthorityAdmin, "authority"),),
    ),
    "programme": HistoryKind(
        _("programme"),
        Programme,
        title="name_fr",
        pages=("programmes:programme",),
        argument="slug",
        key="slug",
        parts=(HistoryPart(Claim, "programme"),),
    ),
    "format": HistoryKind(
        _("format"),
        Format,
        title="label",
        pages=("programmes:format",),
        parts=(HistoryPart(FormatPhase, "format"), HistoryPart(ReminderStep, "format")),
    ),
    "edition": HistoryKind(
        _("edition"),
        Edition,
        title="name",
        pages=("programmes:edition",),
        argument="slug",
        key="slug",
        parts=(HistoryPart(Claim, "edition"), HistoryPart(Lesson, "edition")),
    ),
    "lesson": HistoryKind(
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
    "method": HistoryKind(
        _("method"),
        Method,
        title="name",
        pages=("programmes:method", "programmes:edit_method", "programmes:remove_method"),
    ),
    "calendar-period": HistoryKind(
        _("calendar period"), CalendarPeriod, title="name", pages=("programmes:change_calendar_period",)
    ),
}
HIDDEN_COLUMNS: Final = {ReminderStep: ("slug", "position")}
NAME_PATHS: Final = {
    AuthorityAdmin: ("user__full_name",),
    Claim: ("metric",),
    FormatPhase: ("kind",),
    ReminderStep: ("email_type",),
}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    Claim: {"metric": _label_of(Metric)},
    Format: dict.fromkeys(("required_disciplines", "criteria_fr", "criteria_en"), lambda names, _row: ", ".join(names)),
    ReminderStep: {
        "audience": _label_of(Audience),
        "email_type": _label_of(EmailType),
        "offset": _offset_text,
        "until": _offset_text,
    },
}
