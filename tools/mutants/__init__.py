"""Mutation tests of scopes and permission checks: each is removed in turn, and the suite must turn red (`make
mutants`).
"""

from typing import Final

# The first test of each is run in the parent: the database comes to life, the cast is remembered, pages are compiled.
WARMS: Final = (
    "tests/accounts/test_models.py",
    "tests/cohorts/test_permissions.py",
    "tests/programmes/test_views_lessons.py",
)
# Those that share a stage, which each file builds once.
STAGED: Final = (
    *(f"tests/test_{name}.py" for name in ("role_matrix", "leaks", "personal_data", "former_members")),
    "tests/lists/test_leaks.py",
)
