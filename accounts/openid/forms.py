"""The form that disconnects an account at an identity provider."""

from typing import Any

from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ConnectionField(forms.ModelChoiceField[SocialAccount]):
    """The choice of a connected account, labelled with its address and its provider."""

    def label_from_instance(self, obj: SocialAccount) -> str:
        """Return the e-mail address of the connected account `obj` and its provider.

        Only the provider when no address is known.
        """
        name, account = obj.get_provider().name, str(obj.get_provider_account())
        return name if account == name else f"{name} · {account}"


class DisconnectProviderForm(DisconnectForm):
    """The choice of the connected account to disconnect, among providers that are still offered.

    allauth refuses it when the person could not sign in by other means.
    """

    account = ConnectionField(queryset=SocialAccount.objects.none(), widget=forms.RadioSelect, label=_("Connection"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider_ids = [app["provider_id"] for app in settings.OIDC_PROVIDERS]
        self.accounts = SocialAccount.objects.filter(user=self.request.user, provider__in=provider_ids).order_by("pk")
        self.fields["account"].queryset = self.accounts
