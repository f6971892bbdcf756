"""URLs of the registers for the data-protection officer."""

from django.urls import path

from labplatform.privacy import views

urlpatterns = [
    path("privacy/consents/", views.consents, name="consents"),
    path("privacy/consents.csv", views.consents_table, {"kind": "csv"}, name="consents_csv"),
    path("privacy/consents.xlsx", views.consents_table, {"kind": "xlsx"}, name="consents_xlsx"),
    path("privacy/records/", views.records, name="records"),
    path("privacy/records.csv", views.records_file, {"kind": "csv"}, name="records_csv"),
    path("privacy/records.xlsx", views.records_file, {"kind": "xlsx"}, name="records_xlsx"),
]
