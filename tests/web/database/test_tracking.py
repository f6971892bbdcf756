"""Tracked models store their creation, changes and deletion."""

from accounts.models import User
from programmes.models import CalendarPeriod


def labels(model: type) -> list[str]:
    """Return the labels of the lines that the triggers of a model write."""
    names = [str(trigger.name) for trigger in model._meta.triggers]
    return sorted(name.split("_")[0] for name in names if name in {"insert_insert", "update_update", "delete_delete"})


def test_creation_change_and_deletion_are_tracked():
    assert labels(CalendarPeriod) == ["delete", "insert", "update"]


def test_columns_can_be_left_out():
    tracked = {field.name for field in User.pgh_event_model._meta.fields}
    assert (labels(User), tracked & {"full_name", "email", "password", "last_login"}) == (
        ["delete", "insert", "update"],
        set(),
    )
