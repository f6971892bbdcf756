"""Taking back a connection to a provider."""

from typing import Any

from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ConnectionField(forms.ModelChoiceField[SocialAccount]):
    """The connection in words: whose account, at which provider."""

    def label_from_instance(self, obj: SocialAccount) -> str:
        name, account = obj.get_provider().name, str(obj.get_provider_account())
        return name if account == name else f"{name} · {account}"


class TakeBackForm(DisconnectForm):
    """Connections to providers that are still offered; the last way in stays (allauth looks after that)."""

    account = ConnectionField(queryset=SocialAccount.objects.none(), widget=forms.RadioSelect, label=_("Connection"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [app["provider_id"] for app in settings.OIDC_PROVIDERS]
        self.accounts = SocialAccount.objects.filter(user=self.request.user, provider__in=offered).order_by("pk")
        self.fields["account"].queryset = self.accounts
