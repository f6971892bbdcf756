"""Messages shown when the database refuses a row of this app: by constraint or trigger, with the form field if any."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

SENTENCES: dict[str, RefusalText] = {
    "reminder_once": _("This reminder is already planned."),
    "reminder_reason": _("Say why the reminder is not sent."),
    "reminder_state": _(
        "The state of this reminder does not allow this change. Open its page to see its current state."
    ),
    "reminder_fixed": _("A planned reminder cannot be changed: cancel it and plan another one."),
    "delivery_once": _("This e-mail already exists."),
    "delivery_sent_at": _("An e-mail has a time of sending if it was sent, and only then."),
    "delivery_lease": _("A lease has both a holder and an end."),
    "delivery_reason": (_("Say why the e-mail is not sent."), "reason"),
    "delivery_state": _("The state of this e-mail does not allow this change. Open its page to see its current state."),
    "delivery_sent_frozen": _("An e-mail that was sent cannot be changed or deleted."),
    "delivery_no_truncate": _("The list of e-mails cannot be emptied."),
    "delivery_item_once": _("This person already gets this reminder."),
    "delivery_item_reason": _("Say why this part of the e-mail is not sent."),
    "delivery_item_state": _("The state of this part of the e-mail does not allow this change."),
    "delivery_item_sent_frozen": _("A part of an e-mail that was sent cannot be changed or deleted."),
    "delivery_item_person": _("An e-mail is for one person only."),
    "delivery_item_no_truncate": _("The list of e-mails cannot be emptied."),
    "email_frequency_once": _("How often you get e-mails is already chosen: change that choice."),
    "email_frequency_known": (_("Choose how often from the list."), "every"),
    "group_email_both_parts": _("Write both a subject and a text in each language you use."),
    "group_email_has_text": (_("Write a subject and a text in French, in English or in both."), "subject_fr"),
    "group_email_in_order": _("An e-mail cannot be sent before it is written."),
    "group_email_sent_frozen": _("This e-mail is sent and can no longer be changed."),
    "group_email_no_truncate": _("The list of e-mails cannot be emptied."),
    "preference_once": _("These e-mails are already stopped."),
    "stopped_address_once": _("These e-mails are already stopped."),
    "stopped_address_hashed": _("The platform keeps only the hash of an erased address."),
    "calendar_feed_once": _("This calendar already has an address: replace it."),
    "calendar_feed_token_once": _("This address is already used: create another one."),
    "calendar_feed_hashed": _("The platform keeps only the hash of a calendar address."),
    "calendar_feed_own_person": _("A personal calendar concerns only its owner."),
    "task_run_once": _("A task can have only one record of when it ran."),
    "mail_switch_single": _("There is only one switch for all e-mails."),
    "mail_switch_reason": (_("Say why e-mails are paused."), "reason"),
}
