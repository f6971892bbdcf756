"""Addresses of the pages of self-assessments."""

from django.urls import URLPattern, path

from cohorts.assessments import views

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/assessment/", views.assess, name="assess"),
    path("cohorts/<slug:slug>/assessment/take-back/", views.withdraw_answers, name="withdraw_answers"),
    path("cohorts/<slug:slug>/assessments/", views.assessments, name="assessments"),
    path("editions/<slug:slug>/assessments/", views.edition_assessments, name="edition_assessments"),
]
