"""How people sign in, and how the person of each request is read."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.visibility import person_with_access


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signs people in by e-mail address and password; reads the person of a request together with their access."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person who is signed in as `user_id`, in one statement; None when the account is closed or gone.

        What they may read is read with them, so that no page needs a statement for it.
        """
        user: User | None = person_with_access(user_id)
        return user if user and self.user_can_authenticate(user) else None
