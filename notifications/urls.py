"""Addresses of the notifications app."""

from django.urls import path

from notifications.calendars import views as calendars
from notifications.demo_mailbox import views as demo
from notifications.emails import views as emails
from notifications.ledger import views as ledger
from notifications.preferences import views as preferences

app_name = "notifications"
urlpatterns = [
    path("letters/", ledger.ledger, name="ledger"),
    path("letters/hold/", ledger.hold, name="hold"),
    path("letters/release/", ledger.release, name="release"),
    path("letters/mine/", emails.mine, name="mine"),
    path("letters/preferences/", preferences.preferences, name="preferences"),
    path("letters/stop/<str:token>/", preferences.stop, name="stop"),
    path("letters/reminders/<int:pk>/", ledger.reminder, name="reminder"),
    path("letters/<int:pk>/", emails.letter, name="letter"),
    path("letters/<int:pk>/retry/", ledger.retry_letter, name="retry_letter"),
    path("letters/<int:pk>/hold/", ledger.hold_letter, name="hold_letter"),
    path("letters/<int:pk>/release/", ledger.release_letter, name="release_letter"),
    path("account/calendar/", calendars.open_calendar, name="open_calendar"),
    path("account/calendar/revoke/", calendars.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
    path("demo/letters/", demo.letterbox, name="letterbox"),
    path("demo/letters/<slug:name>/", demo.kept_letter, name="kept_letter"),
]
