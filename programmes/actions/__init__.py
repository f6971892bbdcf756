"""Verbs of the programmes app, by what they change."""

from programmes.actions.editions import (
    STEPS,
    archive_edition,
    change_edition,
    close_edition,
    create_edition,
    open_registration,
    start_edition,
)

__all__ = [
    "STEPS",
    "archive_edition",
    "change_edition",
    "close_edition",
    "create_edition",
    "open_registration",
    "start_edition",
]
