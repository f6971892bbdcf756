"""URLs of the planning pages."""

from django.urls import path

from exchanges.planning.views import changes, hosts

urlpatterns = [
    path("exchanges/propose/<slug:slug>/", changes.propose, name="propose"),
    path("exchanges/<int:pk>/move/", changes.move, name="move"),
    path("exchanges/<int:pk>/swap/", changes.swap, name="swap"),
    path("exchanges/<int:pk>/ask-next/", hosts.ask_next, name="ask_next"),
    path("exchanges/<int:pk>/give-back/", hosts.give_back, name="give_back"),
]
