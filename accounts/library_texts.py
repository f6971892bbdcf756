"""Texts of allauth and Django that people read on our pages, listed so that our catalogue translates them."""

from typing import Final

from django.utils.translation import gettext_noop

LIBRARY_WORDS: Final = (
    gettext_noop("Email address"),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Authenticator code"),
    gettext_noop("Forgot your password?"),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("This email address is already associated with this account."),
    gettext_noop("A user is already registered with this email address."),
    gettext_noop("You cannot add more than %d email addresses."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Please type your current password."),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
    gettext_noop("Your account has no password set up."),
    gettext_noop("Your account has no verified email address."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
)
