"""Addresses of our own account pages; allauth brings the others."""

from django.urls import path

from accounts import views
from accounts.acting import views as acting
from accounts.addresses.views import own, releases
from accounts.privacy import views as privacy
from accounts.second_factors import views as second_factors
from accounts.sign_in import views as signing_in

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/act-as/<int:pk>/", acting.act_as, name="act_as"),
    path("account/stop-acting/", acting.stop_acting, name="stop_acting"),
    path("account/leave/", privacy.leave, name="leave"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/leaving/", privacy.leaving, name="leaving"),
    path("privacy/leaving/<int:pk>/", privacy.reopen, name="reopen"),
    path("account/second-factor/", signing_in.second_factor, name="second_factor"),
    path("account/second-factors/", second_factors.second_factors, name="second_factors"),
    path("account/second-factors/<int:pk>/", second_factors.reset_second_factor, name="reset_second_factor"),
    path("account/addresses/", releases.addresses, name="addresses"),
    path("account/addresses/<slug:kind>/<int:pk>/release/", releases.release, name="release_address"),
    path("account/addresses/<int:pk>/withdraw/", own.withdraw_claim, name="withdraw_claim"),
    path("account/addresses/confirm/<str:token>/", own.confirm_claim, name="confirm_claim"),
    path("account/sign-ins/", signing_in.own_sign_ins, name="own_sign_ins"),
    path("account/sign-ins/end-others/", signing_in.end_other_sign_ins, name="end_other_sign_ins"),
    path("account/sign-ins/<int:pk>/end/", signing_in.end_sign_in, name="end_sign_in"),
    path("language/", views.language, name="language"),
    path("sign-in/link/", signing_in.request_sign_in_link, name="request_sign_in_link"),
    path("sign-in/link/sent/", signing_in.sign_in_link_sent, name="sign_in_link_sent"),
    path("sign-in/link/<str:token>/", signing_in.sign_in_link, name="sign_in_link"),
]
