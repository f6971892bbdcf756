"""URLs of the notifications app."""

from django.urls import path

from notifications.calendars import views as calendars
from notifications.demo_mailbox import views as demo
from notifications.emails import views as emails
from notifications.group_emails import views as groups
from notifications.ledger import views as ledger
from notifications.preferences import views as preferences

app_name = "notifications"
urlpatterns = [
    path("e-mails/", ledger.ledger, name="ledger"),
    path("e-mails/pause/", ledger.pause_all_emails, name="pause_all_emails"),
    path("e-mails/resume/", ledger.resume_all_emails, name="resume_all_emails"),
    path("e-mails/mine/", emails.own_emails, name="own_emails"),
    path("e-mails/preferences/", preferences.preferences, name="preferences"),
    path("e-mails/stop/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("e-mails/reminders/", ledger.reminders, name="reminders"),
    path("e-mails/reminders/<int:pk>/", ledger.reminder, name="reminder"),
    path("e-mails/to/<slug:circle>/<int:object_id>/", groups.group_emails, name="group_emails"),
    path("e-mails/to/<slug:circle>/<int:object_id>/write/", groups.write_group_email, name="write_group_email"),
    path("e-mails/group/<int:pk>/", groups.group_email, name="group_email"),
    path("e-mails/group/<int:pk>/edit/", groups.change_group_email, name="change_group_email"),
    path("e-mails/group/<int:pk>/test/", groups.try_group_email, name="try_group_email"),
    path("e-mails/group/<int:pk>/send/", groups.send_group_email, name="send_group_email"),
    path("e-mails/group/<int:pk>/delete/", groups.delete_group_email, name="delete_group_email"),
    path("e-mails/<int:pk>/", emails.email, name="email"),
    path("e-mails/<int:pk>/retry/", ledger.retry_email, name="retry_email"),
    path("e-mails/<int:pk>/pause/", ledger.pause_email, name="pause_email"),
    path("e-mails/<int:pk>/resume/", ledger.resume_email, name="resume_email"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/events/", calendars.calendar_events, name="calendar_events"),
    path("calendar/subscribe/", calendars.subscribe, name="subscribe"),
    path("calendar/revoke/", calendars.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("demo/e-mails/", demo.demo_mailbox, name="demo_mailbox"),
    path("demo/e-mails/<slug:name>/", demo.demo_email, name="demo_email"),
]
