"""Mutation tests of scopes and permission checks: each is removed in turn, and the suite must turn red (`make
mutants`).
"""

from typing import Final

# The first test of each is run in the parent: the database comes to life, the cast and the stage of the access tests
# are built by code with all its checks, pages are compiled.
WARMS: Final = (
    "tests/accounts/test_models.py",
    "tests/cohorts/test_permissions.py",
    "tests/programmes/test_views_lessons.py",
    "tests/test_personal_data.py",
)
# Those that share the stage.
STAGED: Final = (
    *(f"tests/test_{name}.py" for name in ("role_matrix", "leaks", "personal_data", "former_members")),
    "tests/lists/test_leaks.py",
)
