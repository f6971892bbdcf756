"""What people read when the database refuses a person."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import Said
from web.dates.plausible import CHECK_THE_YEAR
from web.mailboxes import NO_MAILBOX

_ONE_ACCOUNT = (_("This address has an account already."), "email")
_OF_SOMEONE_ELSE = (
    _("This address belongs to someone else. Use another one, or ask the lab to release it."),
    "email",
)

SENTENCES: dict[str, Said] = {
    "support_says_why": (_("Say why: the person reads it."), "reason"),
    "support_ends_after_it_began": _("It cannot end before it began."),
    "support_one_at_a_time": _("You act for somebody already: end that first."),
    "support_of_others_by_lab": _(
        "Only the lab’s staff act for others, and never as a colleague or for a closed account."
    ),
    "support_kept": _("When the lab acted for somebody stays as it was written."),
    "factor_reset_says_how": (_("Say how you know who asked: the person reads it."), "because"),
    "factor_reset_of_others": _("Nobody takes their own second factor away like this: ask a colleague of the lab."),
    "factor_reset_by_lab": _("Only the lab’s staff take lost second factors away."),
    "factor_reset_of_open_account": _("The account is closed."),
    "factor_reset_kept": _("When a second factor was taken away stays as it was written."),
    "address_of_one_person": _OF_SOMEONE_ELSE,
    "unique_verified_email": _OF_SOMEONE_ELSE,  # allauth's own name for a part of the rule
    "account_address_proved": (_("An address is added to an account once it is confirmed."), "email"),
    "address_claim_once": (_("This address was just added. Look for the confirmation e-mail sent to it."), "email"),
    "address_claim_lower": (_("An address is stored in lower case."), "email"),
    "address_claim_expires_later": _("A request to add an address is valid for a limited time."),
    "address_release_by_lab": _("Only lab staff can release addresses."),
    "address_release_reason": (_("Give the reason: the person reads it."), "because"),
    "address_release_fixed": _("The record of a released address cannot be changed."),
    "user_lab_staffed": _("This is the only account of the lab: give somebody else of the lab one first."),
    "user_erased_is_anonymous": (_("A name is made of words."), "full_name"),
    "user_erased_stays": _("This person was erased: nothing of them changes any more."),
    "user_closed_signs_in_no_more": _("The account is closed."),
    "user_dates_plausible": (CHECK_THE_YEAR, "erase_on"),
    "user_email_once": _ONE_ACCOUNT,
    "user_mailbox": (NO_MAILBOX, "email"),
    "address_claim_mailbox": (NO_MAILBOX, "email"),
    "emailaddress_mailbox": (NO_MAILBOX, "email"),
    "user_joined_to_sign_in": _("Nobody signs in before they have accepted an invitation."),
    "sign_in_link_one_open": _("Another link was asked for at the same moment. Use the latest letter."),
    "sign_in_link_ends_once": _("This link is over. Ask for a new one."),
    "sign_in_link_ended_how": _("A link that is over says how it ended."),
    "sign_in_link_expires_later": _("A link lasts for some time."),
    "sign_in_link_in_time": _("This link is too old: it was good for fifteen minutes. Ask for a new one."),
    "accounts_user_email_key": _ONE_ACCOUNT,  # PostgreSQL's own name for the column's unique index
}
