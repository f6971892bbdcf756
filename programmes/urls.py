"""URLs of the programmes app."""

from django.urls import path

from programmes.views import (
    authorities,
    comparing,
    editions,
    formats,
    lessons,
    official_list,
    periods,
    programmes,
    starters,
)

app_name = "programmes"
urlpatterns = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.create_programme, name="create_programme"),
    path("programmes/known-formats/", starters.known_formats, name="known_formats"),
    path("programmes/known-formats/<slug:slug>/", starters.start_programme, name="start_programme"),
    path("programmes/<slug:slug>/", programmes.programme, name="programme"),
    path("programmes/<slug:slug>/formats/new/", formats.draft_format, name="draft_format"),
    path("formats/<int:pk>/", formats.format_version, name="format"),
    path("formats/<int:pk>/numbers/", formats.change_format, name="change_format"),
    path("formats/<int:pk>/phases/", formats.set_phases, name="set_phases"),
    path("formats/<int:pk>/reminders/<slug:kind>/", formats.set_reminder_schedule, name="set_reminder_schedule"),
    path("formats/<int:pk>/publish/", formats.publish_format, name="publish_format"),
    path("formats/<int:pk>/revise/", formats.revise_format, name="revise_format"),
    path("formats/<int:pk>/compare/<int:other>/", comparing.compare_formats, name="compare_formats"),
    path("editions/<slug:slug>/", editions.edition, name="edition"),
    path("editions/<slug:slug>/facts/", editions.change_edition, name="change_edition"),
    path("editions/<slug:slug>/state/", editions.move_edition, name="move_edition"),
    path("editions/<slug:slug>/lessons/", lessons.lessons, name="lessons"),
    path("editions/<slug:slug>/lessons/new/", lessons.add_lesson, name="add_lesson"),
    path("lessons/<int:pk>/", lessons.edit_lesson, name="edit_lesson"),
    path("lessons/<int:pk>/accept/", lessons.accept_lesson, name="accept_lesson"),
    path("lessons/<int:pk>/refuse/", lessons.refuse_lesson, name="refuse_lesson"),
    path("lessons/<int:pk>/answer/", lessons.answer_lesson, name="answer_lesson"),
    path("lessons/<int:pk>/answer/withdraw/", lessons.withdraw_answer, name="withdraw_answer"),
    path("authorities/", authorities.authorities, name="authorities"),
    path("authorities/new/", authorities.create_authority, name="create_authority"),
    path("authorities/official-list/", official_list.official_list, name="official_list"),
    path("authorities/official-list/<slug:key>/add/", official_list.add_listed_authority, name="add_listed_authority"),
    path("authorities/<slug:slug>/", authorities.authority, name="authority"),
    path("authorities/<slug:slug>/facts/", authorities.change_authority, name="change_authority"),
    path("authorities/<slug:slug>/admins/new/", authorities.name_admin, name="name_admin"),
    path("authorities/<slug:slug>/admins/<int:pk>/end/", authorities.end_admin, name="end_admin"),
    path("calendar-periods/", periods.calendar_periods, name="calendar_periods"),
    path("calendar-periods/new/", periods.add_calendar_period, name="add_calendar_period"),
    path("calendar-periods/<int:pk>/", periods.change_calendar_period, name="change_calendar_period"),
    path("calendar-periods/<int:pk>/remove/", periods.remove_calendar_period, name="remove_calendar_period"),
]
