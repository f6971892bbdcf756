"""URLs of the list of exchanges and of the exchange page."""

from django.urls import path

from exchanges.pages import views

urlpatterns = [
    path("exchanges/", views.exchange_list, name="exchange_list"),
    path("exchanges/<int:pk>/", views.exchange, name="exchange"),
]
