"""The project package: the only package that knows every app."""

from labplatform.celery import app as celery_app

__all__ = ["celery_app"]
