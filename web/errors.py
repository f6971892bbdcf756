"""Errors of the domain, each with a sentence that people can act on, the same in forms, the API and logs."""

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    """A rule of the domain forbids something.

    `message` says what to do about it and may be lazy; `field` is the name of the form field it is about.
    """

    def __init__(self, message: StrOrPromise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)

    def add_to(self, form: BaseForm) -> None:
        """Add the message to the form's errors: at the field it is about, or above the form when the form has no such
        field.
        """
        form.add_error(self.field if self.field in form.fields else None, str(self.message))


class Refused(DomainError, PermissionDenied):
    """The person may not do this; uncaught, it becomes a 403 page with the reason."""
