"""The pages of sessions: the list, one session, and the forms that plan, move and report it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.attendance.attendees import tally_of
from cohorts.attendance.models import Tally
from cohorts.clock import local_today
from cohorts.cohort.format_checks import surplus_weeks_warning
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.guests.reminders import KIND as GUEST_SESSION
from cohorts.models import Attendance, Cohort, Session, SessionDay, SessionMethod
from cohorts.permissions import (
    ONLY_LEADS_AND_RESIDENTS,
    can_lead,
    can_plan_sessions,
    cohorts_to_plan,
    decisions,
    roles_of,
)
from cohorts.sessions import remarks
from cohorts.sessions.actions import sessions as actions
from cohorts.sessions.actions.reminders import event_of
from cohorts.sessions.bulk_actions import count_informed_members, plans_somewhere
from cohorts.sessions.conflicts import conflicts_of
from cohorts.sessions.emails.audiences import change_notice_count
from cohorts.sessions.file_owners import owner_of
from cohorts.sessions.forms import (
    NewSessionForm,
    OutcomeForm,
    PostponeForm,
    ReportForm,
    SessionForm,
    SessionMove,
    SessionPlan,
    SessionReasonForm,
)
from cohorts.sessions.next_steps import ANSWERS, next_step, other_steps, session_lines
from cohorts.sessions.proposed_days import chosen_days, hours_later, moved_days, moved_hours, read_day
from cohorts.sessions.session_list import SESSIONS
from files.attachments.panels import files_panel
from lists.pages import list_page
from notifications.reminders.step_status import reminder_steps_of
from web.dates.clock import platform_today, today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.errors import DomainError
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.pagination import paginate
from web.security.own_paths import next_path


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show the list of sessions of all cohorts that the person may see, filtered; upcoming ones by default.

    Each has the person's next step. People who plan sessions can select some, and move or cancel them together.
    """
    plans = plans_somewhere(person(request), today_everywhere())
    context = {"today": platform_today(), "row_form": True}
    return list_page(request, SESSIONS, "cohorts/sessions/list.html", context, can_act=plans)


@require_safe
def cohort_sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the list of the sessions of one cohort by first day, with the person's next step for each.

    404 for a cohort that the person cannot see.
    """
    user, cohort = person(request), get_cohort_or_404(request, slug)
    today = local_today(cohort)
    rows = cohort.sessions.visible_to(user).with_days().in_order()
    page, can_plan = paginate(rows, request.GET.get("page")), can_plan_sessions(roles_of(user, cohort, today))
    context = {
        "cohort": cohort,
        "page": page,
        "lines": session_lines(page.rows, user=user, today=today, can_plan=bool(can_plan)),
        "can_plan": can_plan,
    }
    return render(request, "cohorts/sessions/cohort_list.html", context)


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page of the session `pk`: its days, how many come, its plan, report, files and e-mails, and what to do
    next.

    404 for a session that the person cannot see.
    """
    user, session = person(request), get_session_or_404(request, pk)
    today = local_today(session.cohort)
    days = list(session.days.all())
    rows = list(Attendance.objects.visible_to(user).filter(day__in=days).with_people().select_related("day"))
    roles = roles_of(user, session.cohort, today)
    tally, can_plan = tally_of(rows, user, today), decisions(roles)["plan_sessions"]
    step = next_step(session, tally, can_plan=bool(can_plan), today=today)
    context = {
        "session": session,
        "cohort": session.cohort,
        "days": days,
        "methods": SessionMethod.objects.visible_to(user).filter(session=session).order_by("pk"),
        "can_add_method": can_plan and not session.retrospective and session.state != "cancelled",
        "can_plan": can_plan,
        "tally": tally,
        "own": [row for row in rows if row.member and row.member.user_id == user.pk and row.day.date >= today],
        "answers": ANSWERS,
        "step": step if step and not step.answers else None,
        "other_steps": other_steps(session, today) if can_plan else [],
        "remarks": remarks.sentences_of(session.remarks) if can_plan and session.state == "draft" else [],
        "files": files_panel(owner_of(session, user, roles), today),
        "can_lead": can_lead(roles),
        **_email_context(session, user, tally),
    }
    return render(request, "cohorts/sessions/page.html", context)


def _email_context(session: Session, user: User, tally: Tally) -> dict[str, Any]:
    """Return what a session's page shows of its e-mails: the planned steps, those to guests too, and how many on its
    list have no account.

    Empty for drafts, imported published facts and kinds of sessions without e-mails. `tally` counts the stakeholders,
    `user` is the reader.
    """
    event = event_of(session)
    if event is None or session.retrospective or session.state == "draft":
        return {}
    reminder_steps = reminder_steps_of(event, timezone.now(), for_staff=user.is_lab_staff, other_kinds=[GUEST_SESSION])
    return {"has_emails": True, "reminder_steps": reminder_steps, "without_account": tally.stakeholders}


@require_safe
def new_session(request: HttpRequest) -> HttpResponse:
    """Ask in which cohort and on which days a session is to be added, then go to the form that plans it.

    `first_day` and `last_day` fill in the days, `next` is the page to go back to. 403 for people who may plan none.
    """
    cohorts = cohorts_to_plan(person(request), today_everywhere())
    form = NewSessionForm(request.GET if "cohort" in request.GET else None, cohorts=cohorts)
    choices = form.fields["cohort"].choices  # type: ignore[attr-defined] # a RowField
    if choices is not None:
        enforce(ALLOW if choices else deny(ONLY_LEADS_AND_RESIDENTS))
    if form.is_valid():
        days = {name: request.GET[name] for name in ("first_day", "last_day", "next") if request.GET.get(name)}
        return redirect(f"{reverse('cohorts:plan_session', args=[form.cleaned_data['cohort'].slug])}?{urlencode(days)}")
    form.initial = {name: read_day(request.GET.get(name, "")) for name in ("first_day", "last_day")}
    back = next_path(request)
    context = {"title": _("Add session"), "next": back, "cancel": back or reverse("notifications:calendar")}
    return render(request, "cohorts/choose_cohort.html", {"form": form, **context})


@form_page
def plan_session(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that plans a session of a cohort; on POST, add it as a draft and go to its page.

    `first_day` and `last_day` in the address fill in days. When the days have conflicts, the form is shown again, and
    the person may accept them. For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, cohort = person(request), get_cohort_or_404(request, slug)
    enforce(can_plan_sessions(roles_of(user, cohort, local_today(cohort))))
    number, surplus = _next_number(cohort), surplus_weeks_warning(cohort, more=1)
    days = [SessionDay(date=day) for day in chosen_days(request.GET)]
    plan = SessionPlan(submitted_data(request), days=days, number=number, needs_reason=bool(surplus))
    if request.method == "POST" and plan.is_valid():
        session = plan.attempt(lambda **arguments: actions.plan_session(cohort=cohort, by=user, **arguments))
        if session:
            messages.success(request, _("The session is planned. Confirm its dates once they are agreed."))
            return redirect(session)
    context = {"plan": plan, "cohort": cohort, "weeks": surplus, "next": next_path(request)}
    return render(request, "cohorts/sessions/plan.html", context)


def _next_number(cohort: Cohort) -> str:
    """Return the whole number after the highest number of the cohort's sessions; 9.2 counts as 9."""
    numbers = cohort.sessions.values_list("number", flat=True)
    return str(1 + max((int(found[0]) for number in numbers if (found := re.match(r"\d+", number))), default=0))


@form_page
def edit_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with number, kind and title of the session `pk`; save it on POST and return to its page.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others who can see it, else 404.
    """
    user, session = person(request), editable_session(request, pk)
    initial = {"number": session.number, "kind": session.kind, "title": session.title}
    surplus = surplus_weeks_warning(session.cohort, more=1) if session.kind != "immersion" else ""
    form = SessionForm(submitted_data(request), initial=initial, needs_reason=bool(surplus))
    if apply_form(form, actions.describe_session, session=session, at=timezone.now(), by=user):
        messages.success(request, _("Saved."))
        return redirect(session)
    return _session_form_page(session, _("Edit the session"), _("Save")).show(request, form)


@form_page
def move_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with the days of the session `pk`, and which e-mails follow; on POST, move it, or reschedule it if
    it is postponed.

    In the address, `was` and `first_day` propose other days (see `moved_days`), `was_at` and `at` other hours, whose
    conflicts are shown; `next` is the page to go back to. When the days have conflicts, or someone else has changed the
    session, the form is shown again. For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, session = person(request), editable_session(request, pk)
    days, is_proposal = _proposed_days(session, request)
    plan = SessionMove(submitted_data(request), session, days)
    if request.method == "POST" and plan.is_valid():
        moved = plan.attempt(
            lambda **arguments: _move_action(**arguments)(session=session, at=timezone.now(), by=user, **arguments)
        )
        if moved:
            messages.success(request, _moved_message(moved, before=session))
            return redirect(next_path(request) or moved.get_absolute_url())
        session = editable_session(request, pk)
        plan.show_current(session)
    elif is_proposal and request.method != "POST":
        plan.preview_conflicts(conflicts_of(cohort=session.cohort, days=[day.date for day in days], session=session))
    context = {
        "plan": plan,
        "session": session,
        "cohort": session.cohort,
        "is_proposal": is_proposal,
        "consequences": _move_consequences(session),
        "next": next_path(request) or session.get_absolute_url(),
    }
    return render(request, "cohorts/sessions/move.html", context)


def _proposed_days(session: Session, request: HttpRequest) -> tuple[list[SessionDay], bool]:
    """Return the days of the session as the address moves them, unsaved, and whether it moves any."""
    days = list(session.days.all())
    moved, later = moved_days([day.date for day in days], request.GET), hours_later(request.GET)
    proposed = []
    for day in days:
        hours = (day.starts_at, day.ends_at)
        starts, ends = moved_hours(hours, later) if day.date in moved else hours
        on = moved.get(day.date, day.date)
        proposed.append(SessionDay(date=on, starts_at=starts, ends_at=ends, venue=day.venue))
    return sorted(proposed, key=lambda day: day.date), bool(moved)


def _move_consequences(session: Session) -> list[str]:
    """Return sentences on what follows when the session moves: who is expected again, and who gets an e-mail.

    The people who get an e-mail take one statement.
    """
    if session.state == "draft":
        return [_("The session is a draft: nobody has been informed, and no e-mail is sent.")]
    expected = _(
        "Everyone on the list of a day that moves is expected again, and is asked again whether they are coming."
    )
    if event_of(session) is None:
        return [expected, _("No e-mails are sent about sessions of this kind.")]
    count = change_notice_count(session, timezone.now())
    sentence = ngettext(
        "%(count)s person who knows the present days gets an e-mail with the new ones at once.",
        "%(count)s people who know the present days get an e-mail with the new ones at once.",
        count,
    )
    notice = sentence % {"count": count} if count else _("Nobody has been informed of the present days by e-mail yet.")
    return [expected, notice, _("E-mails not sent yet follow the new days.")]


def _move_action(version_token: actions.SessionVersion, **_arguments: object) -> Callable[..., Session]:
    """Return the action that gives a session new days, by the state in which the person saw it (second of
    `version_token`).

    A postponed session is rescheduled, any other is moved. Other arguments are not used.
    """
    return actions.reschedule_session if version_token[1] == "postponed" else actions.move_session


def _moved_message(moved: Session, *, before: Session) -> str:
    """Return the message after a move: the session has new days, or nothing changed because `before` had the same
    ones.
    """
    if moved.version == before.version:
        return _("Nothing changed: the session is already planned on these days.")
    return _("The session has its new days.")


@require_POST
def schedule_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the dates of the draft session `pk` (POST only); then return to its page, with the error if that is
    refused.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, session = person(request), editable_session(request, pk)
    return run_button_action(
        request,
        session,
        lambda: actions.schedule_session(session=session, at=timezone.now(), by=user),
        _("The dates are confirmed: the cohort’s members are expected."),
    )


@require_POST
def hold_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the session `pk` was held (POST only); then return to its page, with the error if that is refused.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, session = person(request), editable_session(request, pk)
    today = local_today(session.cohort)
    return run_button_action(
        request,
        session,
        lambda: actions.hold_session(session=session, today=today, by=user),
        _("The session is recorded as held. Record who came."),
    )


@form_page
def postpone_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what happens when the session `pk` is postponed, and ask for an optional reason; postpone it on POST.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    consequences = (
        _("These dates are cancelled. Nobody is expected."),
        _("The session keeps its list of people and waits for new dates."),
        *_email_consequences(session),
    )
    page = _session_form_page(session, _("Postpone the session"), _("Postpone the session"), consequences)
    return _call_off_page(request, session, PostponeForm(submitted_data(request)), actions.postpone_session, page)


@form_page
def cancel_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what happens when the session `pk` is cancelled for good, and ask for a reason; cancel it on POST.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    consequences = (
        _("The session stays in the list as cancelled, with your reason. It cannot be resumed."),
        _("Nobody is expected any more. To hold the session at another time, postpone it instead."),
        *_email_consequences(session),
    )
    page = _session_form_page(session, _("Cancel the session"), _("Cancel the session"), consequences)
    return _call_off_page(request, session, SessionReasonForm(submitted_data(request)), actions.cancel_session, page)


@form_page
def report_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with the report of the session `pk`; save it on POST and return to its page.

    When someone else has changed the report since the form was opened, both texts are shown. For lab staff and the
    cohort's coordinator, residents and pilot; 403 for others.
    """
    user, session = person(request), editable_session(request, pk)
    form = ReportForm(submitted_data(request), session=session)
    if apply_form(form, actions.report_session, session=session, at=timezone.now(), by=user):
        messages.success(request, _("The report is saved: everyone in the cohort can read it."))
        return redirect(session)
    return render(request, "cohorts/sessions/report.html", {"form": form, "session": session, "cohort": session.cohort})


@form_page
def write_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with what became of the session `pk`; save it on POST and return to its page.

    When someone else has changed the text since the form was opened, both are shown. For lab staff and the cohort's
    coordinator, residents and pilot; 403 for others.
    """
    user, session = person(request), editable_session(request, pk)
    form = OutcomeForm(submitted_data(request), session=session)
    if apply_form(form, actions.write_outcome, session=session, at=timezone.now(), by=user):
        messages.success(request, _("Saved. Members of the cohort and guests who came can read it."))
        return redirect(session)
    context = {"form": form, "session": session, "cohort": session.cohort}
    return render(request, "cohorts/sessions/outcome.html", context)


def get_session_or_404(request: HttpRequest, pk: int) -> Session:
    """Return the session with the id `pk`, with its days and cohort; raise Http404 if the signed-in person may not see
    it.
    """
    user = person(request)
    return get_object_or_404(Session.objects.visible_to(user).readable_until(user).with_days(), pk=pk)


def editable_session(request: HttpRequest, pk: int) -> Session:
    """Return the session with the id `pk`, if the signed-in person may plan sessions of its cohort today.

    Raises Http404 when they may not see it, and Refused (403) unless they are lab staff, coordinator, resident or pilot
    of the cohort.
    """
    session = get_session_or_404(request, pk)
    enforce(can_plan_sessions(roles_of(person(request), session.cohort, local_today(session.cohort))))
    return session


def run_button_action(
    request: HttpRequest, session: Session, action: Callable[[], object], success_message: str
) -> HttpResponse:
    """Run `action`, what a button on the session's page does, and redirect to that page with `success_message`.

    A button on another page names that page in the field `next`. When the action raises a DomainError, the message is
    the error instead.
    """
    try:
        action()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, success_message)
    return redirect(next_path(request) or session.get_absolute_url())


def _email_consequences(session: Session) -> tuple[str, ...]:
    """Return a tuple with the sentence on the e-mails of a session that is called off, and how many people get one.

    It is empty for a draft, for kinds of sessions without e-mails, and without members on the list. One statement.
    """
    number = count_informed_members([session], today_everywhere())
    sentence = ngettext(
        "The session’s e-mails are stopped. %(n)s member on its list is informed by e-mail.",
        "The session’s e-mails are stopped. %(n)s members on its list are informed by e-mail.",
        number,
    )
    return (sentence % {"n": number},) if number else ()


def _session_form_page(session: Session, title: str, action: str, consequences: tuple[str, ...] = ()) -> FormPage:
    """Return a page with one form about the session; `title` is its heading, `action` the label of its button.

    With `consequences` (sentences), it lists them and is styled as a warning.
    """
    return FormPage(
        title,
        action,
        session.get_absolute_url(),
        crumb=session,
        parent=session.cohort.name,
        consequences=consequences,
        is_destructive=bool(consequences),
    )


def _call_off_page(
    request: HttpRequest, session: Session, form: SessionReasonForm, action: Callable[..., Session], page: FormPage
) -> HttpResponse:
    """Show the `page` that postpones or cancels a session; on POST, run `action` with its form and return to the
    session.
    """
    if updated := apply_form(form, action, session=session, at=timezone.now(), by=person(request)):
        messages.success(request, _("The session is %(state)s.") % {"state": updated.get_state_display()})
        return redirect(updated)
    return page.show(request, form)
