"""URLs of the steps in the life of an exchange."""

from django.urls import path

from exchanges.lifecycle import views

urlpatterns = [
    path("exchanges/<int:pk>/confirm/", views.take_step, {"step": views.CONFIRM}, name="confirm"),
    path("exchanges/<int:pk>/place/", views.theme_and_venue, name="theme_and_venue"),
    path("exchanges/<int:pk>/announce/", views.take_step, {"step": views.ANNOUNCE}, name="announce"),
    path("exchanges/<int:pk>/open-registration/", views.take_step, {"step": views.OPEN}, name="open_registration"),
    path(
        "exchanges/<int:pk>/close-registration/",
        views.take_step,
        {"step": views.CLOSE_REGISTRATION},
        name="close_registration",
    ),
    path("exchanges/<int:pk>/hold/", views.take_step, {"step": views.HOLD}, name="hold"),
    path("exchanges/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("exchanges/<int:pk>/close/", views.take_step, {"step": views.CLOSE_EXCHANGE}, name="close_exchange"),
]
