"""URLs of the Intertransfo archive."""

from django.urls import path

from exchanges.archive import views

urlpatterns = [
    path("exchanges/archive/", views.archive, name="archive"),
]
