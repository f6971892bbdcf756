"""The menu: pages that only lab staff find there."""

from accounts.models import User
from web.hooks import in_order
from web.pages.hooks import page_hooks


def pages_in_menu(user: User) -> set[str]:
    items = in_order(hooks.menu for hooks in page_hooks)
    return {item.url_name for item in items if item.visible_to(user)}


def test_menu_shows_lab_pages_only_to_lab_staff(db: None):
    everyone, lab = pages_in_menu(User(pk=1)), pages_in_menu(User(pk=1, is_lab_staff=True))
    assert (lab - everyone, everyone - lab) == (
        {
            *("status", "notifications:ledger", "programmes:authorities", "cohorts:lab"),
            *("fieldwork:choose_notebook", "prototypes:log"),
        },
        set(),
    )
