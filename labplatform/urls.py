"""Every address of the platform, in the words of its users."""

from django.contrib import admin
from django.urls import include, path

from labplatform import health, views
from labplatform.watching.figures import metrics
from prototypes.views.editions import compare_editions

handler403 = "web.error_pages.refused"
handler404 = "web.error_pages.missing"

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("accounts.urls")),
    path("editions/compare/", compare_editions, name="compare_editions"),  # before the page of an edition
    path("", include("programmes.urls")),
    path("", include("cohorts.urls")),
    path("", include("prototypes.urls")),
    path("", include("exchanges.urls")),
    path("", include("notifications.urls")),
    path("", include("files.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("network/", views.network, name="network"),
    path("network/figures.csv", views.network_figures, {"kind": "csv"}, name="network_figures_csv"),
    path("network/figures.xlsx", views.network_figures, {"kind": "xlsx"}, name="network_figures_xlsx"),
    path("search/", views.search, name="search"),
    path("status/", views.status, name="status"),
    path("livez", health.livez, name="livez"),
    path("metrics", metrics, name="metrics"),
    path("readyz", health.ReadyView.as_view(), name="readyz"),
]
