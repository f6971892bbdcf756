"""Bodies that several areas read."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from api.http.forms import FormBody, body_of

if TYPE_CHECKING:
    ComingAnswer = FormBody
else:
    ComingAnswer = body_of(forms.Form, "ComingAnswer", coming=(bool, _("Whether you are coming")))
