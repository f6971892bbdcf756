"""Actions on registrations, guests, needs and attendance."""

from exchanges.registration.actions.answers import decline, record_exchange_attendance, register, register_others
from exchanges.registration.actions.guests import add_guest, remove_guest
from exchanges.registration.actions.invitations import invite_newcomers, invite_started_members
from exchanges.registration.actions.needs import PurgedNeeds, purge_needs, save_needs
from exchanges.registration.actions.seat_release import release_seats

__all__ = [
    "PurgedNeeds",
    "add_guest",
    "decline",
    "invite_newcomers",
    "invite_started_members",
    "purge_needs",
    "record_exchange_attendance",
    "register",
    "register_others",
    "release_seats",
    "remove_guest",
    "save_needs",
]
