"""Every address of the platform."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from accounts.addresses.views.own import ConfirmAddressView, OwnAddressesView
from accounts.openid.views import SignOutView
from labplatform import views
from labplatform.home.views import home, snooze_notice
from labplatform.monitoring import health
from labplatform.monitoring.metrics import metrics
from publications.views.feeds import robots

handler400 = "web.pages.error_pages.bad_request"
handler403 = "web.pages.error_pages.permission_denied"
handler404 = "web.pages.error_pages.page_not_found"
handler429 = "web.pages.error_pages.too_many_requests"

urlpatterns = [
    path("", home, name="home"),
    path("home/later/", snooze_notice, name="snooze_notice"),
    path("", include("accounts.urls")),
    path("", include("api.urls")),
    path("", include("opendata.urls")),  # before the public pages, whose addresses match any kind and name
    path("", include("publications.urls")),
    path("", include("planning.urls")),
    path("", include("dossiers.urls")),  # before the actions on an idea, whose addresses match any name
    path("", include("figures.urls")),
    path("", include("programmes.urls")),
    path("", include("cohorts.urls")),
    path("", include("comments.urls")),  # before the actions on an idea or a prototype, whose addresses match any name
    path("", include("canvases.urls")),
    path("", include("fieldwork.urls")),
    path("", include("prototypes.urls")),
    path("", include("exchanges.urls")),
    path("", include("imports.urls")),
    path("", include("notifications.urls")),
    path("", include("files.urls")),
    path("", include("history.urls")),
    path("", include("search.urls")),
    path("", include("lists.urls")),
    path("", include("labplatform.accessibility.urls")),
    path("", include("labplatform.privacy.urls")),
    path("", include("labplatform.setup.urls")),
    path(  # before allauth's own
        "accounts/",
        include(
            [
                re_path(
                    r"^confirm-email/(?P<key>[-:\w]+)/$", ConfirmAddressView.as_view(), name="account_confirm_email"
                ),
                path("email/", OwnAddressesView.as_view(), name="account_email"),
                path("logout/", SignOutView.as_view(), name="account_logout"),
                path(
                    "sessions/",
                    require_safe(RedirectView.as_view(pattern_name="own_sign_ins")),
                    name="usersessions_list",
                ),
            ]
        ),
    ),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("status/", views.status, name="status"),
    path("livez", health.livez, name="livez"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", robots, name="robots"),
    path("readyz", health.ReadyView.as_view(), name="readyz"),
]
