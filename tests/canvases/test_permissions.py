"""Who may change a canvas."""

import pytest

from accounts.models import User
from canvases import permissions
from canvases.models import Canvas
from tests.prototypes.test_permissions import allowed

OWNER, OTHER = User(pk=1), User(pk=2)


@pytest.mark.parametrize(
    ("user", "shared", "roles"), [(OWNER, False, "SCDPM"), (OTHER, False, "SCDP"), (OTHER, True, "SCDPM")]
)
def test_an_ambassador_edits_the_canvas_they_made_or_that_is_shared(user: User, shared: bool, roles: str):
    canvas = Canvas(made_by=OWNER, shared_with_edition=shared)
    assert allowed(lambda held: permissions.can_edit_canvas(held, user, canvas)) == roles
