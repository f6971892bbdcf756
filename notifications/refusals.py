"""What people read when the database refuses a row of this app."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import Said

SENTENCES: dict[str, Said] = {
    "reminder_once": _("This reminder is planned already."),
    "reminder_reason": _("Say why the reminder does not go."),
    "reminder_state": _("The reminder cannot go from its present state to that one."),
    "reminder_fixed": _("A planned reminder never changes: cancel it and plan another."),
    "delivery_once": _("This letter exists already."),
    "delivery_sent_at": _("A letter has a time of leaving exactly when it went."),
    "delivery_lease": _("A lease has both a holder and an end."),
    "delivery_reason": (_("Say why the letter does not go."), "reason"),
    "delivery_state": _("The letter cannot go from its present state to that one."),
    "delivery_sent_frozen": _("A letter that went cannot be changed or deleted."),
    "delivery_no_truncate": _("The ledger of letters is never emptied."),
    "delivery_item_once": _("This person gets this reminder already."),
    "delivery_item_reason": _("Say why this does not go."),
    "delivery_item_state": _("This part of the letter cannot go from its present state to that one."),
    "delivery_item_sent_frozen": _("What went cannot be changed or deleted."),
    "delivery_item_person": _("A letter speaks to one person only."),
    "delivery_item_no_truncate": _("The ledger of letters is never emptied."),
    "preference_once": _("These letters are stopped already."),
    "calendar_feed_once": _("This calendar has an address already: replace it."),
    "calendar_feed_token_once": _("This address is taken: make another."),
    "calendar_feed_hashed": _("Of a calendar’s address only the hash is kept."),
    "calendar_feed_own_person": _("A calendar of one’s own is about nobody else."),
    "run_once": _("A task has one line that says when it ran."),
    "mail_switch_single": _("There is one switch for all letters."),
    "mail_switch_reason": (_("Say why letters are held."), "reason"),
}
