"""The pages of sessions: the calendar of all of them, one session, and the forms that plan, move and report it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.attendance.attendees import circles_of, tally_of
from cohorts.attendance.models import Tally
from cohorts.clock import local_today
from cohorts.cohort.format_checks import surplus_weeks_warning
from cohorts.models import Attendance, Cohort, Session
from cohorts.permissions import decisions, may_plan_sessions, standing
from cohorts.sessions import remarks
from cohorts.sessions.actions import sessions as actions
from cohorts.sessions.actions.reminders import event_of
from cohorts.sessions.attachments import of_session
from cohorts.sessions.filters import SessionFilter
from cohorts.sessions.forms import PostponeForm, ReasonForm, ReportForm, SessionForm, SessionMove, SessionPlan
from cohorts.sessions.next_steps import lines_of, next_step, other_steps
from files.attachments.panels import shelf
from notifications.reminders.step_status import ladder_of
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import FormPage, done, form_page, sent
from web.pages import htmx
from web.pages.pagination import paginate


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The calendar: sessions of every cohort one may see, upcoming ones unless something else is asked for."""
    user, today = person(request), today_everywhere()
    asked = SessionFilter(request.GET, queryset=Session.objects.visible_to(user).with_days(), user=user, today=today)
    page = paginate(asked.sessions, request.GET.get("page"))
    context = {
        "filter": asked,
        "page": page,
        "lines": lines_of(page.rows, user=user, today=today),
        "today": today.platform,
    }
    return htmx.render(request, "cohorts/sessions/list.html", "results", context)


@require_safe
def cohort_sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every session of one cohort, in order."""
    user, cohort = person(request), _cohort(request, slug)
    today = local_today(cohort)
    rows = cohort.sessions.visible_to(user).with_days().in_order()
    page, may_plan = paginate(rows, request.GET.get("page")), may_plan_sessions(user, cohort, today)
    context = {
        "cohort": cohort,
        "page": page,
        "lines": lines_of(page.rows, user=user, today=today, plans=bool(may_plan)),
        "may_plan": may_plan,
    }
    return render(request, "cohorts/sessions/cohort_list.html", context)


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: its days, who comes, its report, and what to do next."""
    user, found = person(request), found_session(request, pk)
    today = local_today(found.cohort)
    days = list(found.days.all())
    rows = list(Attendance.objects.visible_to(user).filter(day__in=days).with_people().select_related("day"))
    letters = standing(user, found.cohort, today)
    tally, plans = tally_of(rows, user, today), decisions(letters)["plan_sessions"]
    step = next_step(found, tally, plans=bool(plans), today=today)
    context = {
        "session": found,
        "cohort": found.cohort,
        "days": days,
        "circles": circles_of(days, rows, over=found.state in ("held", "reported")),
        "tally": tally,
        "own": [row for row in rows if row.member and row.member.user_id == user.pk and row.day.date >= today],
        "step": step if step and not step.answer else None,
        "other_steps": other_steps(found, today) if plans else [],
        "remarks": remarks.in_words(found.remarks) if plans and found.state == "draft" else [],
        "files": shelf(of_session(found, user, letters), today),
        **_letters(found, user, tally),
    }
    return render(request, "cohorts/sessions/page.html", context)


def _letters(found: Session, user: User, tally: Tally) -> dict[str, Any]:
    """Its ladder of letters, once its dates are firm; and how many on its list no letter reaches."""
    event = event_of(found)
    if event is None or found.retrospective or found.state == "draft":
        return {}
    ladder = ladder_of(event, timezone.now(), for_staff=user.is_lab_staff)
    return {"with_letters": True, "ladder": ladder, "without_account": tally.stakeholders}


@form_page
def plan_session(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a session as a draft."""
    user, cohort = person(request), _cohort(request, slug)
    enforce(may_plan_sessions(user, cohort, local_today(cohort)))
    number, surplus = str(cohort.sessions.count() + 1), surplus_weeks_warning(cohort, more=1)
    plan = SessionPlan(sent(request), number=number, asks_reason=bool(surplus))
    if request.method == "POST" and plan.is_valid():
        made = plan.attempt(lambda **given: actions.plan_session(cohort=cohort, by=user, **given))
        if made:
            messages.success(request, _("The session is planned. Confirm its dates once they are agreed."))
            return redirect(made)
    return render(request, "cohorts/sessions/plan.html", {"plan": plan, "cohort": cohort, "weeks": surplus})


@form_page
def edit_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a session's number, kind and title."""
    user, found = person(request), session_to_plan(request, pk)
    initial = {"number": found.number, "kind": found.kind, "title": found.title}
    surplus = surplus_weeks_warning(found.cohort, more=1) if found.kind != "immersion" else ""
    form = SessionForm(sent(request), initial=initial, asks_reason=bool(surplus))
    if done(form, actions.describe_session, session=found, at=timezone.now(), by=user):
        messages.success(request, _("Saved."))
        return redirect(found)
    return _page(found, _("Edit the session"), _("Save")).show(request, form)


@form_page
def move_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a session other days, or a postponed one its new days."""
    user, found = person(request), session_to_plan(request, pk)
    plan = SessionMove(sent(request), found)
    if request.method == "POST" and plan.is_valid():
        moved = plan.attempt(lambda **given: _moving(**given)(session=found, at=timezone.now(), by=user, **given))
        if moved:
            messages.success(request, _said_of(moved, before=found))
            return redirect(moved)
        found = session_to_plan(request, pk)
        plan.look_again(found)
    return render(request, "cohorts/sessions/move.html", {"plan": plan, "session": found, "cohort": found.cohort})


def _moving(seen: actions.Seen, **_given: object) -> Callable[..., Session]:
    """The action for what the person saw: a session that waits for new dates, or one that has some."""
    return actions.reschedule_session if seen[1] == "postponed" else actions.move_session


def _said_of(moved: Session, *, before: Session) -> str:
    if moved.version == before.version:
        return _("Nothing changed: the session is already planned on these days.")
    return _("The session has its new days.")


@require_POST
def schedule_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the dates of a draft."""
    user, found = person(request), session_to_plan(request, pk)
    return pressed(
        request,
        found,
        lambda: actions.schedule_session(session=found, at=timezone.now(), by=user),
        _("The dates are confirmed: the cohort’s members are expected."),
    )


@require_POST
def hold_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a session was held."""
    user, found = person(request), session_to_plan(request, pk)
    today = local_today(found.cohort)
    return pressed(
        request,
        found,
        lambda: actions.hold_session(session=found, today=today, by=user),
        _("The session is recorded as held. Record who came."),
    )


@form_page
def postpone_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a session off, after saying what will happen."""
    found = session_to_plan(request, pk)
    consequences = (
        _("These dates are cancelled. Nobody is expected."),
        _("The session keeps its list of people and waits for new dates."),
        *_tells(found),
    )
    page = _page(found, _("Postpone the session"), _("Postpone the session"), consequences)
    return _called_off(request, found, PostponeForm(sent(request)), actions.postpone_session, page)


@form_page
def cancel_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session for good, after saying what will happen."""
    found = session_to_plan(request, pk)
    consequences = (
        _("The session stays in the list as cancelled, with your reason. It cannot be resumed."),
        _("Nobody is expected any more. To hold the session at another time, postpone it instead."),
        *_tells(found),
    )
    page = _page(found, _("Cancel the session"), _("Cancel the session"), consequences)
    return _called_off(request, found, ReasonForm(sent(request)), actions.cancel_session, page)


@form_page
def report_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the report; when someone else wrote meanwhile, both texts are shown."""
    user, found = person(request), session_to_plan(request, pk)
    form = ReportForm(sent(request), session=found)
    if done(form, actions.report_session, session=found, at=timezone.now(), by=user):
        messages.success(request, _("The report is saved: everyone in the cohort can read it."))
        return redirect(found)
    return render(request, "cohorts/sessions/report.html", {"form": form, "session": found, "cohort": found.cohort})


def _cohort(request: HttpRequest, slug: str) -> Cohort:
    """The cohort, with what its sessions' pages say of it; 404 beyond the person's reach."""
    related = ("authority", "edition__format", "edition__programme")
    cohorts = Cohort.objects.visible_to(person(request)).select_related(*related)
    return get_object_or_404(cohorts, slug=slug)


def found_session(request: HttpRequest, pk: int) -> Session:
    user = person(request)
    return get_object_or_404(Session.objects.visible_to(user).readable_until(user).with_days(), pk=pk)


def session_to_plan(request: HttpRequest, pk: int) -> Session:
    """A session the person may plan; 404 beyond reach, 403 with the reason where only looking is allowed."""
    found = found_session(request, pk)
    enforce(may_plan_sessions(person(request), found.cohort, local_today(found.cohort)))
    return found


def pressed(request: HttpRequest, found: Session, act: Callable[[], object], said: str) -> HttpResponse:
    """Call the action behind a button, and go back to the session with its answer."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(found)


def _tells(found: Session) -> tuple[str, ...]:
    """What becomes of its letters, where it has some."""
    if found.state == "draft" or event_of(found) is None:
        return ()
    return (_("The session’s e-mails are stopped. The members on its list are informed by e-mail."),)


def _page(found: Session, title: str, action: str, consequences: tuple[str, ...] = ()) -> FormPage:
    return FormPage(
        title,
        action,
        found.get_absolute_url(),
        crumb=found,
        within=found.cohort.name,
        consequences=consequences,
        grave=bool(consequences),
    )


def _called_off(
    request: HttpRequest, found: Session, form: ReasonForm, action: Callable[..., Session], page: FormPage
) -> HttpResponse:
    if after := done(form, action, session=found, at=timezone.now(), by=person(request)):
        messages.success(request, _("The session is %(state)s.") % {"state": after.get_state_display()})
        return redirect(after)
    return page.show(request, form)
