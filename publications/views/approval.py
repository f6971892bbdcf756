"""Pages that submit, approve, return, discard and withdraw publications, and the rules of approval."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.permissions import can_change_as_lab
from accounts.requests import person
from accounts.roles import Role
from cohorts.permissions import ONLY_STAFF
from programmes.clock import authority_day
from programmes.elections import election_warning
from programmes.forms.elections import PublishingForm
from programmes.models import Authority, AuthorityAdmin
from publications import actions
from publications.enums import WITHDRAWABLE, Approval, PublicationState
from publications.forms import ApprovalRuleForm, WithdrawalForm
from publications.models import ApprovalRule, Publication
from publications.permissions import can_approve, can_ask_for_approval, publishing_roles
from publications.views.preparation import changeable_publication, publication_or_404
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.security.acting import forbidden_while_acting
from web.security.own_paths import next_path

END_REQUESTED: Final = gettext_lazy("Your request is saved. The rule ends when a colleague of the lab also ends it.")


@forbidden_while_acting
@form_page
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to submit a draft, and on POST submit it."""
    row = changeable_publication(request, pk)
    approval = actions.required_approval(row)
    consequences = (
        _("The texts and facts stay as they are now until the version is returned to draft."),
        _("It is public once it is approved by: %(who)s.") % {"who": Approval(approval).label},
    )
    reason = "" if row.state == PublicationState.DRAFT else str(actions.NOT_A_DRAFT)
    if not reason and (missing := row.missing_texts()):
        reason = _("Still missing: %(texts)s. Go back, and edit the draft.") % {"texts": ", ".join(missing)}
    page = _page(row, _("Submit for approval"), _("Submit"), consequences, reason)
    return _respond(request, row, page, actions.submit_publication, _("Submitted."), at=now())


@form_page
def return_to_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to return what was submitted to draft, and on POST do it."""
    row = changeable_publication(request, pk)
    reason = "" if row.state == PublicationState.SUBMITTED else actions.NOT_SUBMITTED
    page = _page(
        row, _("Return to draft"), _("Return to draft"), (_("It can then be changed, and submitted again."),), reason
    )
    return _respond(request, row, page, actions.return_publication, _("It is a draft again."))


@form_page
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to delete a draft, and on POST delete it."""
    row = changeable_publication(request, pk)
    reason = "" if row.state == PublicationState.DRAFT else actions.NOT_A_DRAFT
    page = _page(row, _("Discard the draft"), _("Discard"), (_("The draft is deleted. What is public stays."),), reason)
    form = ConfirmationForm(submitted_data(request))
    apply_form(form, actions.discard_draft_publication, publication=row, by=person(request))
    if not form.is_bound or form.errors:
        return page.show(request, form)
    messages.success(request, _("The draft is deleted."))
    return redirect("publications:publications")


@forbidden_while_acting
@form_page
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what publishing means, warn of an election, and on POST publish what was submitted.

    403 where the person may not approve it.
    """
    row, user = publication_or_404(request, pk), person(request)
    enforce(can_approve(user, publishing_roles(user, row.subject, today_everywhere()), row))
    election = actions.election_before_publishing(row, now())
    consequences: tuple[StrOrPromise, ...] = (
        _("Anyone can read the page, and search engines find it."),
        _("You can withdraw it at any time. Copies that others have made until then cannot be called back."),
        _("Under %(text)s and %(data)s others may reuse it, also after it is withdrawn here.")
        % {"text": row.get_licence_display(), "data": row.get_data_licence_display()},
    )
    if election:
        consequences = (election_warning(election), *consequences)
    reason = "" if row.state == PublicationState.SUBMITTED else actions.NOT_SUBMITTED
    page = _page(row, _("Publish"), _("Publish"), consequences, reason)
    form = PublishingForm(submitted_data(request), is_near_election=bool(election))
    return _respond(request, row, page, actions.publish, _("It is public."), form=form, at=now())


@form_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what withdrawing means, and on POST withdraw what is public, or an earlier version from releases."""
    row = changeable_publication(request, pk)
    if row.state == PublicationState.REPLACED:
        effect = _("Releases of open data that hold this version end, and others without it replace them.")
    else:
        effect = _("From now on its address says that it was withdrawn, and lists no longer show it.")
    consequences = (effect, _("Copies that others have made cannot be called back."))
    reason = "" if row.state in WITHDRAWABLE else actions.NOT_PUBLIC
    page = _page(row, _("Withdraw from the public"), _("Withdraw"), consequences, reason)
    form = WithdrawalForm(submitted_data(request))
    return _respond(request, row, page, actions.withdraw_publication, _("It is withdrawn."), form=form, at=now())


@form_page
def lab_rule(request: HttpRequest) -> HttpResponse:
    """Ask whether each publication needs a second person, and on POST begin that rule, or end it as the second of two
    people; for lab staff.
    """
    enforce(can_change_as_lab(person(request), ONLY_STAFF))
    title = _("Approval by a second person")
    label = _("Whoever submits a publication needs a second person to approve it")
    return _rule_response(
        request,
        None,
        title,
        label,
        cancel=reverse("publications:publications"),
        consequences=(_("Two people of the lab end this rule: one asks for it, a colleague does the same."),),
    )


@forbidden_while_acting
@form_page
def authority_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask whether publications of an authority need its admin's approval, and on POST begin or end that rule.

    For its admins; 403 for others.
    """
    authority = get_object_or_404(Authority.objects.visible_to(person(request)), slug=slug)
    today = authority_day(authority, now())
    is_admin = AuthorityAdmin.objects.active(today).filter(authority=authority, user=person(request)).exists()
    is_of_lab = person(request).is_lab_staff  # also where they named themselves: the lab cannot lift this rule
    enforce(can_ask_for_approval(frozenset({Role.ADMIN}) if is_admin and not is_of_lab else frozenset()))
    title = _("Approval by the admin of the authority")
    label = _("Publications of cohorts of this authority need the approval of its admin")
    return _rule_response(request, authority, title, label, cancel=next_path(request) or authority.get_absolute_url())


def _rule_response(
    request: HttpRequest,
    authority: Authority | None,
    title: str,
    label: StrOrPromise,
    *,
    cancel: str,
    consequences: tuple[StrOrPromise, ...] = (),
) -> HttpResponse:
    """Show the page of a rule of approval; on POST begin or end it."""
    row = ApprovalRule.objects.current().filter(authority=authority).select_related("end_requested_by").first()
    form = ApprovalRuleForm(submitted_data(request), label=label, initial={"is_required": row is not None})
    page = FormPage(
        title,
        _("Save"),
        cancel,
        crumb=authority or _("Publications"),
        intro=_("%(person)s asks to end this rule.") % {"person": row.end_requested_by}
        if row and row.end_requested_by
        else "",
        consequences=consequences if row else (),
    )
    rule = apply_form(form, actions.set_approval_rule, authority=authority, by=person(request), at=now())
    if not form.is_bound or form.errors:
        return page.show(request, form)
    messages.success(request, END_REQUESTED if rule and rule.is_end_requested else _("Saved."))
    return redirect(page.cancel)


def _page(
    row: Publication, title: str, action: str, consequences: tuple[StrOrPromise, ...], reason: StrOrPromise
) -> FormPage:
    """Return the page with one form about a version, or with the reason why there is none."""
    return FormPage(
        title, action, row.get_absolute_url(), crumb=row, consequences=consequences, unavailable_reason=reason
    )


def _respond(
    request: HttpRequest,
    row: Publication,
    page: FormPage,
    action: Callable[..., Any],
    done: str,
    *,
    form: BaseForm | None = None,
    **arguments: Any,
) -> HttpResponse:
    """Show the page; on POST run the action on the version for the signed-in person, and go back to its page."""
    form = form or ConfirmationForm(submitted_data(request))
    return form_response(request, form, page, action, done=done, publication=row, by=person(request), **arguments)
