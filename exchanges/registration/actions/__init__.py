"""Actions on registrations, guests, needs and attendance."""

from exchanges.registration.actions.answers import decline, register, register_others
from exchanges.registration.actions.attendance import (
    NOT_HELD_YET,
    add_walk_in,
    add_walk_in_guest,
    record_absence,
    record_arrival,
    record_remaining,
    undo_attendance,
)
from exchanges.registration.actions.guests import GUESTS_CLOSED, add_guest, remove_guest
from exchanges.registration.actions.invitations import invite_newcomers, invite_started_members
from exchanges.registration.actions.needs import PurgedNeeds, purge_needs, save_needs
from exchanges.registration.actions.seat_release import release_seats
