"""URLs of the pages that open an edition and add a cohort to one."""

from django.urls import URLPattern, path

from cohorts.opening import views

urlpatterns: list[URLPattern] = [
    path("open-edition/", views.open_edition, name="open_edition"),
    path("open-edition/authorities/", views.choose_authorities, name="choose_authorities"),
    path("open-edition/review/", views.review_edition, name="review_edition"),
    path("editions/<slug:slug>/cohorts/new/", views.add_cohort, name="add_cohort"),
]
