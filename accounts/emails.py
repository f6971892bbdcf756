"""E-mails about an account, sent at once to the person who asked for them or whose account was changed.

They are not in the ledger (`notifications`) and are sent even while other e-mails are held: see decision 20.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import AddressRelease, FactorReset, Lab, User
from accounts.sign_in.sessions import browser_in_words
from web.site_addresses import absolute_url
from web.text import formats
from web.text.language import active_language

WHY_REQUESTED = _(
    "You are receiving this e-mail because someone, probably you, entered this address on labplatform."
    " If it was not you, do nothing."
)
WHY_CHANGED = _("You are receiving this e-mail because your account was changed.")
NOT_YOU = _(
    "The change was made on %(day)s at %(at)s in %(browser)s, from the IP address %(ip)s. If it was not"
    " you, choose a new password at once and tell the lab."
)
BY_THE_LAB = _("{staff} of the lab made this change.")
BY_SOMEONE_OF_THE_LAB = _("Someone at the lab made this change.")
BY_THE_OPERATOR = _("The organisation that runs the platform made this change.")
ACCOUNT, HOME = "account_url", "home_url"


@dataclass(frozen=True, slots=True)
class AccountEmail:
    """The text of an e-mail about an account.

    `button` holds the label of its button and the context key of the button's URL; `why` says why the person receives
    the e-mail.
    """

    subject: StrOrPromise
    text: tuple[StrOrPromise, ...]
    button: tuple[StrOrPromise, str] | None = None
    why: StrOrPromise = WHY_REQUESTED


def change_notice(subject: StrOrPromise, text: StrOrPromise) -> AccountEmail:
    """Return an e-mail that tells a person about a change of their account: `text`, then when and where it was made.

    Its text has placeholders for day, time, browser and IP address of the change; its button opens the account page.
    """
    return AccountEmail(subject, (text, NOT_YOU), (_("Open your account"), ACCOUNT), WHY_CHANGED)


UNKNOWN = AccountEmail(
    _("No account with this address"),
    (
        _("Someone asked to sign in with this e-mail address. It has no account on labplatform."),
        _(
            "If it was you, your account may have another address. People join by invitation: ask the"
            " pilot of your cohort, or the lab."
        ),
    ),
)
CONFIRM = AccountEmail(
    _("Confirm your e-mail address"),
    (_("This e-mail address was entered as the address of an account on labplatform. If that is right, confirm it."),),
    (_("Confirm the address"), "activate_url"),
)

# By the names that allauth gives its e-mails.
EMAILS: Mapping[str, AccountEmail] = {
    "account/email/sign_in_link": AccountEmail(
        _("Your sign-in link"),
        (
            _("Here is the link you asked for. It signs you in once, within fifteen minutes, on any device."),
            _("Do not pass this link on: anyone who has it can sign in as you."),
        ),
        (_("Sign in"), "sign_in_url"),
    ),
    "account/email/password_reset_key": AccountEmail(
        _("Choose a new password"),
        (_("Here is the link to choose a new password. It can be used once."),),
        (_("Choose a new password"), "password_reset_url"),
    ),
    "account/email/unknown_account": UNKNOWN,
    "account/email/invitation_waits": AccountEmail(
        _("An invitation is waiting for you"),
        (
            _(
                "Someone asked to sign in with this e-mail address. No account on labplatform has it yet, but an"
                " invitation is waiting for it."
            ),
            _(
                "If it was you, open the link in the invitation e-mail and accept the invitation there. If you cannot"
                " find that e-mail, ask the person who invited you, or the lab, to send the invitation again."
            ),
        ),
    ),
    "account/email/address_claimed": AccountEmail(
        _("Confirm your e-mail address"),
        (
            _("Someone asked to add this e-mail address to their account on labplatform."),
            _("If it was you, sign in to that account, open the link and confirm. The link is valid for three days."),
            _("If it was not you, do nothing: without your confirmation, the address is not added to any account."),
        ),
        (_("Confirm the address"), "confirm_url"),
    ),
    "account/email/address_taken": AccountEmail(
        _("Your address stays with your account"),
        (
            _("Someone asked to add the address %(email)s to another account on labplatform. It was not added."),
            _(
                "Nothing has changed: you sign in with it as before. If you have two accounts and want the address in"
                " the other one, ask the lab to release it."
            ),
        ),
    ),
    "account/email/address_invited": AccountEmail(
        _("Your invitation has not changed"),
        (
            _("Someone asked to add the address %(email)s to an account on labplatform. It was not added."),
            _(
                "You were invited at this address: open the link in the invitation e-mail and accept the"
                " invitation there. If the invitation has ended, or if you want the address in an account"
                " you already have, ask the lab."
            ),
        ),
    ),
    "account/email/address_added": change_notice(
        _("An e-mail address was added"), _("%(added)s is now an address of your account: you can sign in with it.")
    ),
    "account/email/address_released": AccountEmail(
        _("An e-mail address was removed from your account"),
        (
            _(
                "%(released)s is no longer an address of your account. If you had not confirmed"
                " it yet, the link to confirm it no longer works."
            ),
            "%(changed_by)s",
            _("Reason: %(reason)s"),
        ),
        (_("Open your account"), ACCOUNT),
        WHY_CHANGED,
    ),
    "account/email/account_already_exists": AccountEmail(
        _("You have an account already"),
        (
            _(
                "Someone asked for an account with the address %(email)s. This address already has an account:"
                " sign in with it."
            ),
        ),
        (_("Choose a new password"), "password_reset_url"),
    ),
    "account/email/email_confirmation": CONFIRM,
    "account/email/email_confirmation_signup": CONFIRM,
    "account/email/email_changed": change_notice(
        _("Your e-mail address was changed"), _("Your account now has the address %(to_email)s, not %(from_email)s.")
    ),
    "account/email/email_confirm": change_notice(
        _("Your e-mail address is confirmed"), _("An e-mail address of your account was confirmed.")
    ),
    "account/email/email_deleted": change_notice(
        _("An e-mail address was removed"), _("%(deleted_email)s is no longer an address of your account.")
    ),
    "account/email/password_changed": change_notice(
        _("Your password was changed"), _("Your password was changed. You were signed out everywhere else.")
    ),
    "account/email/password_reset": change_notice(
        _("You have a new password"),
        _("A new password was chosen with a link sent by e-mail. You were signed out everywhere."),
    ),
    "account/email/password_set": change_notice(
        _("You have a password now"), _("A password was set for your account.")
    ),
    "account/email/new_role": AccountEmail(
        _("You have a new role on the platform"),
        (
            "%(role)s",
            "%(changed_by)s",
            _("This role requires a second factor. If you have none, the next page you open leads you to set one up."),
        ),
        (_("Open the platform"), HOME),
        _("You are receiving this e-mail because what you can do on the platform has changed."),
    ),
    "mfa/email/recovery_codes_generated": change_notice(
        _("New recovery codes"),
        _("New recovery codes were created for your account. Earlier codes, if there were any, no longer work."),
    ),
    "mfa/email/second_factor_reset": AccountEmail(
        _("Your second factor was removed"),
        (
            _(
                "Your app, your passkeys and your recovery codes can no longer be used to sign in, because"
                " they were reported lost."
            ),
            "%(changed_by)s",
            _("How the lab checked that it was you: %(reason)s"),
            _(
                "You were signed out everywhere. Sign in as usual, then set up a new second factor. If you"
                " did not lose anything, choose a new password at once and tell the lab."
            ),
        ),
        (_("Open your account"), ACCOUNT),
        WHY_CHANGED,
    ),
    "mfa/email/totp_activated": change_notice(
        _("An app is now your second factor"), _("From now on, signing in requires a code from your authenticator app.")
    ),
    "mfa/email/totp_deactivated": change_notice(
        _("The app is no longer your second factor"),
        _("Signing in no longer requires a code from your authenticator app."),
    ),
    "mfa/email/webauthn_added": change_notice(_("A passkey was added"), _("A passkey was added to your account.")),
    "mfa/email/webauthn_removed": change_notice(
        _("A passkey was removed"), _("A passkey was removed from your account. It can no longer be used to sign in.")
    ),
    "socialaccount/email/account_connected": change_notice(
        _("Another way to sign in was added"),
        _("You can now sign in to your account through another service, such as your organisation’s sign-in."),
    ),
    "socialaccount/email/account_disconnected": change_notice(
        _("A way to sign in was removed"),
        _("A sign-in through another service, such as your organisation’s, can no longer open your account."),
    ),
}


def account_email(
    name: str, email: str, user: User | None, context_values: Mapping[str, Any]
) -> EmailMultiAlternatives:
    """Return an e-mail about an account to the address `email`, as text and HTML, ready to send.

    `name` is the e-mail's name, such as "account/email/sign_in_link". It is written in the language of `user`, or in
    the current language when there is no user. `context_values` fill the placeholders of its texts and the URL of its
    button; raises KeyError when one is missing.
    """
    with translation.override((user and user.language) or translation.get_language()):
        template, facts = EMAILS[name], {"email": email, **change_moment(context_values), **context_values}
        leads_to = {ACCOUNT: absolute_url("account/"), HOME: absolute_url("/"), **context_values}
        context = {
            "name": user.full_name if user and user.email == email and user.has_proven_address else "",
            "subject": str(template.subject),
            "paragraphs": [str(text) % facts for text in template.text],
            "label": str(template.button[0]) if template.button else "",
            "address": leads_to[template.button[1]] if template.button else "",
            "why": str(template.why),
            "privacy_url": absolute_url(reverse("privacy")),
            "language": translation.get_language(),
        }
        plain = render_to_string("emails/account_email.txt", context)
        message = EmailMultiAlternatives(str(template.subject), plain, Lab.objects.sender(), [email])
        message.attach_alternative(render_to_string("emails/account_email.html", context), "text/html")
    return message


def notify_of_reset(reset: FactorReset) -> None:
    """E-mail the person whose second factor was removed: who removed it, and how the person's identity was checked.

    `reset` is the record of the removal.
    """
    changed_by = format_lazy(BY_THE_LAB, staff=reset.staff) if reset.staff else BY_THE_OPERATOR
    context = {"user": reset.person, "changed_by": changed_by, "reason": reset.because}
    get_adapter().send_mail("mfa/email/second_factor_reset", reset.person.email, context)


def notify_of_added_address(request: HttpRequest, user: User, email: str) -> None:
    """E-mail a person, at their main address, that the address `email` was added to their account.

    The e-mail also says when and from which browser and IP address.
    """
    get_adapter(request).send_notification_mail("account/email/address_added", user, {"added": email})


def notify_of_release(release: AddressRelease) -> None:
    """E-mail a person, at their main address, that the lab removed an address from their account, and why.

    `release` is the record of the removal.
    """
    changed_by = format_lazy(BY_THE_LAB, staff=release.staff) if release.staff else BY_THE_OPERATOR
    context = {
        "user": release.person,
        "changed_by": changed_by,
        "reason": release.because,
        "released": release.email,
    }
    get_adapter().send_mail("account/email/address_released", release.person.email, context)


def notify_of_new_role(user: User, role: StrOrPromise, staff: User) -> None:
    """E-mail a person about a role that a member of lab staff gave them, and that it needs a second factor.

    `role` names the role in a sentence. The e-mail names `staff` only if the person has proved that the address is
    theirs.
    """
    changed_by = format_lazy(BY_THE_LAB, staff=staff) if user.has_proven_address else BY_SOMEONE_OF_THE_LAB
    context = {"user": user, "role": role, "changed_by": changed_by}
    get_adapter().send_mail("account/email/new_role", user.email, context)


def change_moment(context: Mapping[str, Any]) -> dict[str, str]:
    """Return `day`, `at` (the time) and `browser` of an account's change, in words, for the placeholders of an e-mail.

    `context` is what allauth gives the e-mail; the result is empty when it has no `timestamp`.
    """
    if "timestamp" not in context:
        return {}
    moment, language = localtime(context["timestamp"]), active_language()
    day, at = formats.long_day(moment.date(), language), formats.clock(moment.time(), language)
    return {"day": day, "at": at, "browser": browser_in_words(context.get("user_agent", ""))}
