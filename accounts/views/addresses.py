"""The page that a letter's link to confirm an address leads to."""

from typing import Any

from allauth.account.views import ConfirmEmailView


class Confirming(ConfirmEmailView):
    """Looking at it signs nobody out; its button does, where somebody else is signed in."""

    http_method_names = ("get", "head", "post")

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)
