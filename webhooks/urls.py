"""URLs of webhooks."""

from django.urls import path

from webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/add/", views.add_webhook, name="add_webhook"),
    path("webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("webhooks/<int:pk>/change/", views.change_webhook, name="change_webhook"),
    path("webhooks/<int:pk>/secret/", views.rotate_secret, name="rotate_secret"),
    path("webhooks/<int:pk>/test/", views.send_test_message, name="send_test_message"),
    path("webhooks/<int:pk>/disable/", views.disable_webhook, name="disable_webhook"),
    path("webhooks/<int:pk>/enable/", views.enable_webhook, name="enable_webhook"),
    path("webhooks/<int:pk>/delete/", views.delete_webhook, name="delete_webhook"),
    path("webhooks/<int:pk>/send-again/", views.send_failed_again, name="send_failed_again"),
    path("webhooks/<int:pk>/deliveries/<int:delivery_pk>/send-again/", views.send_again, name="send_again"),
]
