"""Addresses of the pages of costs, agreements and statements."""

from django.urls import URLPattern, path

from cohorts.budget.views import costs, funding

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/costs/", costs.costs, name="costs"),
    path("cohorts/<slug:slug>/costs/lines/", costs.budget_lines, name="budget_lines"),
    path("cohorts/<slug:slug>/costs/add/", costs.add_budget_line, name="add_budget_line"),
    path("cohorts/<slug:slug>/costs/rate/", costs.set_day_rate, name="set_day_rate"),
    path("budget-lines/<int:pk>/", costs.edit_budget_line, name="edit_budget_line"),
    path("budget-lines/<int:pk>/remove/", costs.remove_budget_line, name="remove_budget_line"),
    path("editions/<slug:slug>/costs/", costs.edition_costs, name="edition_costs"),
    path("editions/<slug:slug>/agreements/add/", funding.add_agreement, name="add_agreement"),
    path("agreements/", funding.agreements, name="agreements"),
    path("agreements/<int:pk>/", funding.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", funding.edit_agreement, name="edit_agreement"),
    path("agreements/<int:pk>/statement/", funding.issue_statement, name="issue_statement"),
    path("statements/", funding.statements, name="statements"),
    path("statements/<int:pk>/", funding.statement, name="statement"),
    path("statements/<int:pk>.csv", funding.statement_file, {"file_format": "csv"}, name="statement_csv"),
    path("statements/<int:pk>.xlsx", funding.statement_file, {"file_format": "xlsx"}, name="statement_xlsx"),
    path("statements/<int:pk>/again/", funding.reissue_statement, name="reissue_statement"),
]
