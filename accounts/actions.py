"""Verbs on people's own accounts."""

from accounts.models import User
from web.verbs import verb


@verb
def choose_language(*, user: User, language: str, by: User) -> User:
    """Remember the language pages and letters take for this person."""
    user.language = language
    user.save(update_fields=["language"])
    return user


@verb
def change_profile(*, user: User, full_name: str, language: str, by: User) -> User:
    """Change the name others see, and the language."""
    user.full_name, user.language = full_name, language
    user.save(update_fields=["full_name", "language"])
    return user
