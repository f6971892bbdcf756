"""Actions of the programmes app, by what they change."""

from programmes.actions.authorities import (
    appoint_admin,
    change_authority,
    create_authority,
    end_admin,
    name_admin,
    remove_authority,
)
from programmes.actions.calendar import add_calendar_period, change_calendar_period, remove_calendar_period
from programmes.actions.editions import (
    STATE_ACTIONS,
    EditionAction,
    archive_edition,
    change_edition,
    close_edition,
    create_edition,
    open_registration,
    start_edition,
)
from programmes.actions.formats import (
    PhaseSpan,
    ReminderStepInput,
    change_format,
    create_programme,
    draft_format,
    publish_format,
    revise_format,
    set_phases,
    set_reminder_schedule,
)
from programmes.actions.lessons import (
    accept_lesson,
    add_lesson,
    answer_lesson,
    edit_lesson,
    refuse_lesson,
    withdraw_answer,
)
from programmes.actions.official_list import add_listed_authority, load_official_list
from programmes.actions.starters import start_from_known_format
from programmes.actions.wordings import reword_email
from programmes.methods.actions import add_method, add_starter_methods, edit_method, remove_method

__all__ = [
    "STATE_ACTIONS",
    "EditionAction",
    "PhaseSpan",
    "ReminderStepInput",
    "accept_lesson",
    "add_calendar_period",
    "add_lesson",
    "add_listed_authority",
    "add_method",
    "add_starter_methods",
    "answer_lesson",
    "appoint_admin",
    "archive_edition",
    "change_authority",
    "change_calendar_period",
    "change_edition",
    "change_format",
    "close_edition",
    "create_authority",
    "create_edition",
    "create_programme",
    "draft_format",
    "edit_lesson",
    "edit_method",
    "end_admin",
    "load_official_list",
    "name_admin",
    "open_registration",
    "publish_format",
    "refuse_lesson",
    "remove_authority",
    "remove_calendar_period",
    "remove_method",
    "revise_format",
    "reword_email",
    "set_phases",
    "set_reminder_schedule",
    "start_edition",
    "start_from_known_format",
    "withdraw_answer",
]
