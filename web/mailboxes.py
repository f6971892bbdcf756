"""Which e-mail addresses are accepted, and the one spelling in which each is stored and compared."""

import re
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CheckConstraint, Q
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

# ASCII without spaces and quotes, at a domain whose last part is no number: Python and PostgreSQL read it alike.
MAILBOX: Final = r"^[!#-?A-~]+@([A-Za-z0-9-]+\.)+([Xx][Nn]--[A-Za-z0-9-]+|[A-Za-z]{2,})$"
LONGEST_TYPED: Final = 320  # characters that Django's own validator reads
NO_MAILBOX: Final = _(
    "This is not a valid e-mail address. Write a name, @ and a domain, for example ada@ville.example."
)
NOT_ASCII: Final = _(
    "The part before the @ has accents or other characters that our mail server cannot send to. Give an"
    " address whose first part has only characters without accents, digits, dots and hyphens."
)
HAS_SLASH: Final = _("The part before the @ has a slash (/), which looks like a web address. Give another address.")


def canonical_address(text: str) -> str:
    """Return the one spelling of an e-mail address, in lower-case ASCII; "" for what is not an accepted address.

    The domain is encoded as Django encodes it when it sends: spellings that reach one mailbox become equal. The name
    before the @ is never rewritten but for its case: another name, however alike, is another mailbox.
    """
    name, _at, domain = text.strip().rpartition("@")
    found = f"{name}@{canonical_domain(domain)}".lower()
    return found if name.isascii() and re.fullmatch(MAILBOX, found) else ""


def canonical_domain(domain: str) -> str:
    """Return the domain in lower-case ASCII, as Django encodes it when it sends; "" where it cannot be encoded."""
    try:
        return punycode(domain).lower() if len(domain) <= LONGEST_TYPED else ""
    except UnicodeError:
        return ""


def has_slash(email: str) -> bool:
    """Return whether the name before the @ has a slash: an e-mail to it can show a web address that someone chose."""
    return "/" in email.rpartition("@")[0]


def check_known_mailbox(email: str) -> None:
    """Raise ValidationError with the reason unless e-mails can be sent to the text in its canonical spelling."""
    if not email.strip().rpartition("@")[0].isascii():
        raise ValidationError(NOT_ASCII, code="invalid")
    found = canonical_address(email)
    if not found:
        raise ValidationError(NO_MAILBOX, code="invalid")
    validate_email(found)


def check_mailbox(email: str) -> None:
    """Raise ValidationError with the reason unless the platform takes the text as a new address."""
    check_known_mailbox(email)
    if has_slash(email):
        raise ValidationError(HAS_SLASH, code="invalid")


def check_host(email: str) -> None:
    """Raise ValidationError for what Django accepts as an address and we do not; added to Django's own validator."""
    if is_address(email) and canonical_address(email) != email.lower():
        raise ValidationError(NO_MAILBOX, code="invalid")


def is_address(email: str) -> bool:
    """Return whether Django accepts the text as an e-mail address."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


class MailboxField(forms.EmailField):
    """An address that e-mails may go to, in its canonical spelling."""

    default_validators = [check_mailbox]

    def to_python(self, value: object) -> str:
        """Return the canonical spelling; what has none stays as typed, for the validator."""
        text = super().to_python(value) or ""
        return canonical_address(text) or text


class KnownMailboxField(MailboxField):
    """An address that an account may have already: one with a slash too, which no form takes any more."""

    default_validators = [check_known_mailbox]


def mailbox_only(name: str, column: str = "email") -> CheckConstraint:
    """Return the constraint that the column is empty or an e-mail address in ASCII, at a domain."""
    named = Q(**{f"{column}__regex": MAILBOX})
    return CheckConstraint(condition=Q(**{column: ""}) | named, name=name, violation_error_message=NO_MAILBOX)
