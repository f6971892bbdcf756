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
