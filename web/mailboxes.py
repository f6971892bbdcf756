"""Which e-mail addresses are accepted: those at a domain with a dot, not at an IP address or a single host name."""

import re
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

# The host has a dot, no bracket or colon, and its last part begins with a letter: Python and PostgreSQL read it alike.
HOST: Final = r"@[^@\[\]:]+\.[^@\[\]:.0-9][^@\[\]:.]*$"
NO_MAILBOX: Final = _(
    "This is not a valid e-mail address. Write a name, @ and a domain, for example ada@ville.example."
)


def check_mailbox(email: str) -> None:
    """Raise ValidationError unless the text is an e-mail address at a domain."""
    validate_email(email)
    check_host(email)


def check_host(email: str) -> None:
    """Raise ValidationError for an address at an IP address or a single host name; added to Django's own validator."""
    if is_address(email) and not re.search(HOST, email):
        raise ValidationError(NO_MAILBOX, code="invalid")


def is_address(email: str) -> bool:
    """Return whether Django accepts the text as an e-mail address."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


class MailboxField(forms.EmailField):
    """An address that e-mails may go to."""

    default_validators = [check_mailbox]


def mailbox_only(name: str, column: str = "email") -> CheckConstraint:
    """Return the constraint that the column is empty or an e-mail address at a domain."""
    named = Q(**{f"{column}__regex": HOST})
    return CheckConstraint(condition=Q(**{column: ""}) | named, name=name, violation_error_message=NO_MAILBOX)
