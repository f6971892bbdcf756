"""URLs of the notifications app."""

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
    path("letters/mine/", emails.own_emails, name="own_emails"),
    path("letters/preferences/", preferences.preferences, name="preferences"),
    path("letters/stop/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("letters/reminders/<int:pk>/", ledger.reminder, name="reminder"),
    path("letters/<int:pk>/", emails.email, name="email"),
    path("letters/<int:pk>/retry/", ledger.retry_email, name="retry_email"),
    path("letters/<int:pk>/hold/", ledger.hold_email, name="hold_email"),
    path("letters/<int:pk>/release/", ledger.release_email, name="release_email"),
    path("account/calendar/", calendars.open_calendar, name="open_calendar"),
    path("account/calendar/revoke/", calendars.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
    path("demo/letters/", demo.demo_mailbox, name="demo_mailbox"),
    path("demo/letters/<slug:name>/", demo.demo_email, name="demo_email"),
]
