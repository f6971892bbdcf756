"""Django configuration of the composition root."""

from django.apps import AppConfig


class LabplatformConfig(AppConfig):
    name = "labplatform"
