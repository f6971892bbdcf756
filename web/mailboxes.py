"""Which e-mail addresses are accepted, and the one spelling in which each is stored and compared."""

import re
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from web.text.domains import canonical_domain

# ASCII without spaces and quotes, at a domain whose last part is no number: Python and PostgreSQL read it alike.
MAILBOX: Final = r"^[!#-?A-~]+@([A-Za-z0-9-]+\.)+([Xx][Nn]--[A-Za-z0-9-]+|[A-Za-z]{2,})$"
NO_MAILBOX: Final = _(
    "This is not a valid e-mail address. Write a name, @ and a domain, for example ada@ville.example."
)
NOT_ASCII: Final = _(
    "The part before the @ has accents or other characters that our mail server cannot send to. Give an"
    " address whose first part has only characters without accents, digits, dots and hyphens."
)
HAS_SLASH: Final = _("The part before the @ has a slash (/), which looks like a web address. Give another address.")


def canonical_address(text: str) -> str:
    """Return an e-mail address in the one spelling that is stored, in lower-case ASCII; "" if the platform refuses it.

    The domain is encoded as Django encodes it when it sends, so that spellings which reach one mailbox become equal.
    The name before the @ only becomes lower case: another name, however alike, is another mailbox.
    """
    name, _at, domain = text.strip().rpartition("@")
    address = f"{name}@{canonical_domain(domain)}".lower()
    return address if name.isascii() and re.fullmatch(MAILBOX, address) else ""


def masked_address(address: str) -> str:
    """Return an e-mail address with only the first letter of its name, such as c…@people.example.

    That is enough to recognise it, and does not reveal it to someone to whom a link was passed on.
    """
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def has_slash(email: str) -> bool:
    """Return whether the part of an address before the @ has a slash.

    An e-mail to it could then show a web address that someone chose.
    """
    return "/" in email.rpartition("@")[0]


def check_known_mailbox(email: str) -> None:
    """Raise ValidationError with the reason unless e-mails can be sent to this address.

    Use it where the address may belong to an account already: unlike `check_mailbox` it accepts a slash before the @.
    """
    if not email.strip().rpartition("@")[0].isascii():
        raise ValidationError(NOT_ASCII, code="invalid")
    address = canonical_address(email)
    if not address:
        raise ValidationError(NO_MAILBOX, code="invalid")
    validate_email(address)


def check_mailbox(email: str) -> None:
    """Raise ValidationError with the reason unless the platform accepts the text as the e-mail address of a new
    account.

    E-mails must be deliverable to it, and there must be no slash before the @.
    """
    check_known_mailbox(email)
    if has_slash(email):
        raise ValidationError(HAS_SLASH, code="invalid")


def check_host(email: str) -> None:
    """Raise ValidationError for an address that Django's own validator accepts and the platform does not.

    For fields where Django's validator runs too and reports all other errors.
    """
    if is_address(email) and canonical_address(email) != email.lower():
        raise ValidationError(NO_MAILBOX, code="invalid")


def is_address(email: str) -> bool:
    """Return whether Django's own validator accepts the text as an e-mail address."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


class MailboxField(forms.EmailField):
    """An address that e-mails may go to, in its canonical spelling."""

    default_validators = [check_mailbox]

    def to_python(self, value: object) -> str:
        """Return the address in the one spelling that is stored; a text without one stays as typed, and the validator
        refuses it.
        """
        text = super().to_python(value) or ""
        return canonical_address(text) or text


class KnownMailboxField(MailboxField):
    """An address that an account may have already: one with a slash too, which no form takes any more."""

    default_validators = [check_known_mailbox]


def mailbox_only(name: str, column: str = "email") -> CheckConstraint:
    """Return a database constraint called `name`: the text in `column` is empty or an e-mail address in ASCII at a
    domain.
    """
    named = Q(**{f"{column}__regex": MAILBOX})
    return CheckConstraint(condition=Q(**{column: ""}) | named, name=name, violation_error_message=NO_MAILBOX)
