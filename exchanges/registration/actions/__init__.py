"""Actions on registrations: answered, invited, given back, guests added, needs noted, who came recorded."""

from exchanges.registration.actions.answers import decline, record_attendance, register, register_others
from exchanges.registration.actions.departures import give_back_places
from exchanges.registration.actions.guests import add_guest, remove_guest
from exchanges.registration.actions.invitations import invite_newcomers, invite_those_who_began
from exchanges.registration.actions.needs import Purged, note_needs, purge_needs

__all__ = [
    "Purged",
    "add_guest",
    "decline",
    "give_back_places",
    "invite_newcomers",
    "invite_those_who_began",
    "note_needs",
    "purge_needs",
    "record_attendance",
    "register",
    "register_others",
    "remove_guest",
]
