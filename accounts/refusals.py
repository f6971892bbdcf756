"""Messages for the rules by which the database refuses changes to people, addresses and sign-in links."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText
from web.dates.plausible import CHECK_THE_YEAR
from web.mailboxes import NO_MAILBOX

_ONE_ACCOUNT = (_("This address has an account already."), "email")
_OF_SOMEONE_ELSE = (
    _("This address belongs to someone else. Use another one, or ask the lab to release it."),
    "email",
)
CARD_SITES = _("Give one address per line, each with https:// and without a path, such as https://www.rivage.example.")

SENTENCES: dict[str, RefusalText] = {
    "support_says_why": (_("Give the reason: the person reads it."), "reason"),
    "support_ends_after_it_began": _("A support visit cannot end before it begins."),
    "support_one_at_a_time": _("You are already acting for someone else: stop acting for them first."),
    "support_of_others_by_lab": _(
        "Only lab staff can act for other people, and never for a colleague at the lab or for a closed account."
    ),
    "support_kept": _("The record of a support visit cannot be changed."),
    "factor_reset_says_how": (_("Write how you checked the person’s identity: the person reads it."), "because"),
    "factor_reset_of_others": _("You cannot remove your own second factor here. Ask a colleague at the lab."),
    "factor_reset_by_lab": _("Only lab staff can remove a lost second factor."),
    "factor_reset_of_open_account": _("The account is closed."),
    "factor_reset_kept": _("The record of a removed second factor cannot be changed."),
    "address_of_one_person": _OF_SOMEONE_ELSE,
    "unique_verified_email": _OF_SOMEONE_ELSE,  # allauth's own name for a part of the rule
    "account_address_proved": (_("An address is added to an account once it is confirmed."), "email"),
    "address_claim_once": (_("This address was just added. Look for the confirmation e-mail sent to it."), "email"),
    "address_claim_lower": (_("An address is stored in lower case."), "email"),
    "address_claim_expires_later": _("A request to add an address is valid for a limited time."),
    "address_release_by_lab": _("Only lab staff can release addresses."),
    "address_release_reason": (_("Give the reason: the person reads it."), "because"),
    "address_release_fixed": _("The record of a released address cannot be changed."),
    "user_lab_administered": _("This is the lab’s last administrator. First make a colleague an administrator."),
    "lab_only_one": _("The lab is set up already. Sign in, then change its settings."),
    "accounts_lab_pkey": _("The lab is set up already. Sign in, then change its settings."),
    "lab_has_name": (_("Give the lab’s name, in one line."), "name"),
    "lab_sender_mailbox": (NO_MAILBOX, "sender"),
    "lab_card_sites": (CARD_SITES, "card_sites"),
    "setup_link_only_one": _("There is one link to set up the platform: make a new one instead."),
    "user_lab_role_of_staff": (_("Choose a role in the lab."), "role"),
    "user_erased_is_anonymous": (_("Enter a name made of words."), "full_name"),
    "user_erased_stays": _("This person’s data was erased. Their record can no longer be changed."),
    "user_closed_signs_in_no_more": _("The account is closed."),
    "user_dates_plausible": (CHECK_THE_YEAR, "erase_on"),
    "user_email_once": _ONE_ACCOUNT,
    "user_mailbox": (NO_MAILBOX, "email"),
    "address_claim_mailbox": (NO_MAILBOX, "email"),
    "emailaddress_mailbox": (NO_MAILBOX, "email"),
    "user_joined_to_sign_in": _("People can sign in only after they have accepted an invitation."),
    "sign_in_link_one_open": _("Another link was asked for at the same moment. Use the link in the latest e-mail."),
    "sign_in_link_ends_once": _("This link is no longer valid. Ask for a new one."),
    "sign_in_link_ended_how": _("A link that is no longer valid must record how it ended."),
    "sign_in_link_expires_later": _("A sign-in link is valid for a limited time."),
    "sign_in_link_in_time": _("This link is too old: it was valid for fifteen minutes. Ask for a new one."),
    "accounts_user_email_key": _ONE_ACCOUNT,  # PostgreSQL's own name for the column's unique index
}
