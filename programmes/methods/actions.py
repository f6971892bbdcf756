"""Actions on methods: the lab writes, changes and removes cards, and adds the starter set."""

from django.db.models import ProtectedError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Lab, User
from programmes.methods.models import LICENCE, Method
from programmes.methods.starters import STARTER_METHODS
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version, column_values
from web.forms.row_changes import lock_row


@action(gettext_lazy("Method added"))
def add_method(
    *,
    name: str,
    need: str,
    steps: str,
    phase: str = "",
    minutes: int | None = None,
    material: str = "",
    licence: str = LICENCE,
    author: str = "",
    by: User | None,
) -> Method:
    """Add a method and return it; `minutes` is the time it takes. Raises DomainError for a name that another has."""
    return Method.objects.create(
        name=name,
        need=need,
        steps=steps,
        phase=phase,
        minutes=minutes,
        material=material,
        licence=licence,
        author=author,
    )


@action(gettext_lazy("Method changed"))
def edit_method(
    *, method: Method, by: User | None, version_token: str | None = None, **values: str | int | None
) -> Method:
    """Change fields of a method, given by name in `values` (as `add_method` takes them), and return it.

    Sessions keep the steps they copied. `version_token` is the fingerprint of the values that the form started from:
    raises EditConflict when they have changed since. Raises DomainError for a name that another method has.
    """
    row = lock_row(method)
    check_version(version_token, current=column_values(row, *values), submitted=values)
    for field, value in values.items():
        setattr(row, field, value)
    row.save(update_fields=list(values))
    return row


@action(gettext_lazy("Method removed"))
def remove_method(*, method: Method, by: User | None) -> None:
    """Delete a method; raise DomainError when a session, a test or a lesson uses it."""
    try:
        method.delete()
    except ProtectedError as error:
        raise DomainError(_("A session, a test or a lesson uses this method: it cannot be removed.")) from error


@action(gettext_lazy("Starter methods added"))
def add_starter_methods(*, language: str, author: str = "", by: User | None) -> list[Method]:
    """Add the starter methods in a language ("fr" or "en") and return the new ones.

    Without an `author`, that is the lab. A method whose name is taken already is left out.
    """
    lab = Lab.objects.current()
    author = author or (lab.name if lab else "")
    with override(language):
        starters = {str(starter.name): starter for starter in STARTER_METHODS}
        taken = set(Method.objects.values_list(Lower("name"), flat=True))
        return [
            add_method(
                name=name,
                need=str(starter.need),
                phase=starter.phase,
                minutes=starter.minutes,
                material=str(starter.material),
                steps=starter.numbered_steps,
                author=author,
                by=by,
            )
            for name, starter in starters.items()
            if name.lower() not in taken
        ]
