"""Tracked models keep birth, change and removal."""

from accounts.models import User
from programmes.models import CalendarPeriod


def labels(model: type) -> list[str]:
    """The kinds of line its triggers write."""
    names = [str(trigger.name) for trigger in model._meta.triggers]
    return sorted(name.split("_")[0] for name in names if name in {"insert_insert", "update_update", "delete_delete"})


def test_all_three_moments_are_kept():
    assert labels(CalendarPeriod) == ["delete", "insert", "update"]


def test_columns_can_be_left_out():
    kept = {field.name for field in User.pgh_event_model._meta.fields}
    assert (labels(User), kept & {"full_name", "email", "password", "last_login"}) == (
        ["delete", "insert", "update"],
        set(),
    )
