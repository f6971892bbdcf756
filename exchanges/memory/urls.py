"""URLs of the exchange memory."""

from django.urls import path

from exchanges.memory import views

urlpatterns = [
    path("exchanges/memory/", views.memory, name="memory"),
]
