"""URLs of the pages for people who invite, and for people who are invited."""

from django.urls import URLPattern, path

from cohorts.invitations.views import acceptance, invitations

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path("invitations/<int:pk>/see/", invitations.invitation, name="invitation"),
    path("invitations/<int:pk>/resend/", invitations.resend_invitation, name="resend_invitation"),
    path("invitations/<int:pk>/revoke/", invitations.revoke_invitation, name="revoke_invitation"),
    path("invitation/", acceptance.accept_remembered, name="accept_remembered"),
    path("invitations/<str:token>/", acceptance.join, name="join"),
]
