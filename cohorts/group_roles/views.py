"""Pages on which administrators of the lab say which group at an identity provider gives which role."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import can_manage_lab
from accounts.requests import person
from cohorts.group_roles import actions
from cohorts.group_roles.forms import GroupRuleForm, providers_with_groups
from cohorts.group_roles.models import RETENTION_PERIOD, GroupRule
from cohorts.group_roles.plans import preview_sentences
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, adding_errors_to, apply_form, form_page, submitted_data
from web.security.acting import forbidden_while_acting


@require_safe
def group_rules(request: HttpRequest) -> HttpResponse:
    """Show administrators of the lab the rules with the names of their providers; 403 for others. One statement."""
    enforce(can_manage_lab(person(request)))
    names = dict(providers_with_groups())
    rules = GroupRule.objects.order_by("provider", "group", "role", "siren")
    context = {
        "rules": [(rule, names.get(rule.provider, rule.provider)) for rule in rules],
        "reads_groups": bool(names),
        "days": RETENTION_PERIOD.days,
    }
    return render(request, "cohorts/group_roles/rules.html", context)


@forbidden_while_acting
@form_page
def add_group_rule(request: HttpRequest) -> HttpResponse:
    """Show administrators of the lab the form of a rule; on the first POST what it would change for people who signed
    in lately, and on the second save it. 403 for others.
    """
    user, at = person(request), timezone.now()
    enforce(can_manage_lab(user))
    form = GroupRuleForm(submitted_data(request))
    if form.is_bound and form.is_valid() and form.is_previewed:
        if apply_form(form, actions.add_group_rule, at=at, by=user):
            messages.success(request, _("The rule is saved. It counts from each person’s next sign-in on."))
            return redirect("cohorts:group_rules")
    elif form.is_bound and form.is_valid():
        with adding_errors_to(form):
            rule = GroupRule(**form.action_arguments())
            actions.check_rule(provider=rule.provider, role=rule.role, siren=rule.siren, at=at)
            changes = preview_sentences(rule, [*GroupRule.objects.all(), rule], at)
            form.mark_previewed()
            intro = _("Nothing changes before each person’s next sign-in.")
            return _page(_("Add a rule"), _("Save this rule"), changes, intro=intro).show(request, form)
    unavailable = "" if providers_with_groups() else _("No identity provider of this platform sends groups.")
    return _page(_("Add a rule"), _("Preview"), unavailable_reason=unavailable).show(request, form)


@forbidden_while_acting
@form_page
def remove_group_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Show administrators of the lab who loses what without a rule; on POST remove it. 403 for others."""
    user, at = person(request), timezone.now()
    enforce(can_manage_lab(user))
    rule = get_object_or_404(GroupRule, pk=pk)
    form = ConfirmationForm(submitted_data(request))
    refused_plans = apply_form(form, actions.remove_group_rule, rule=rule, at=at, by=user)
    if refused_plans is not None:
        messages.success(request, _("The rule is removed."))
        for plan in refused_plans:
            messages.warning(request, _("%(person)s keeps the role: change it by hand.") % {"person": plan.person})
        return redirect("cohorts:group_rules")
    changes = preview_sentences(rule, GroupRule.objects.exclude(pk=rule.pk), at)
    title = _("Remove the rule for %(group)s") % {"group": rule.group}
    intro = _("The roles that only this rule gives end at once.")
    return _page(title, _("Remove"), changes, intro=intro, is_destructive=True).show(request, form)


def _page(
    title: str,
    action: str,
    changes: list[str] | None = None,
    *,
    intro: str = "",
    is_destructive: bool = False,
    unavailable_reason: str = "",
) -> FormPage:
    """Return a form page about a rule; Cancel leads to the list of rules."""
    return FormPage(
        title,
        action,
        reverse("cohorts:group_rules"),
        crumb=_("Roles by groups"),
        intro=intro,
        consequences=tuple(changes or ()),
        is_destructive=is_destructive,
        unavailable_reason=unavailable_reason,
    )
