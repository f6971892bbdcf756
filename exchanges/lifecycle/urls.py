"""URLs of the steps in the life of an exchange."""

from django.urls import path

from exchanges.lifecycle import views

urlpatterns = [
    path("exchanges/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("exchanges/<int:pk>/place/", views.theme_and_venue, name="theme_and_venue"),
    path("exchanges/<int:pk>/announce/", views.announce, name="announce"),
    path("exchanges/<int:pk>/open-registration/", views.open_registration, name="open_registration"),
    path("exchanges/<int:pk>/close-registration/", views.close_registration, name="close_registration"),
    path("exchanges/<int:pk>/hold/", views.hold, name="hold"),
    path("exchanges/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("exchanges/<int:pk>/close/", views.close_exchange, name="close_exchange"),
]
