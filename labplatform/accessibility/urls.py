"""URLs of the accessibility statement and of the reports about accessibility."""

from django.urls import path

from labplatform.accessibility import views
from labplatform.accessibility.reports import views as reports

urlpatterns = [
    path("accessibility/", views.statement, name="accessibility"),
    path("accessibility/change/", views.change_statement, name="change_accessibility"),
    path("accessibility/report/", reports.report_accessibility_problem, name="report_accessibility_problem"),
    path("accessibility/reports/", reports.accessibility_reports, name="accessibility_reports"),
    path("accessibility/reports/<int:pk>/", reports.accessibility_report, name="accessibility_report"),
    path(
        "accessibility/reports/<int:pk>/answered/",
        reports.answer_accessibility_report,
        name="answer_accessibility_report",
    ),
]
