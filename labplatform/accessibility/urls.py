"""URLs of the accessibility statement."""

from django.urls import path

from labplatform.accessibility import views

urlpatterns = [
    path("accessibility/", views.statement, name="accessibility"),
    path("accessibility/change/", views.change_statement, name="change_accessibility"),
]
