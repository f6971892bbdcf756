"""How often each scheduled task runs, in seconds. Every date is stored in the database: the tasks ask what is due."""

from typing import Any, Final

# The task records that beat started it, see `labplatform.monitoring.status`.
BY_BEAT: Final = {"by_beat": True}
BEAT_SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "send-emails": {"task": "notifications.tasks.send_emails", "schedule": 30.0, "kwargs": BY_BEAT},
    "send-webhooks": {"task": "webhooks.tasks.send_webhooks", "schedule": 60.0, "kwargs": BY_BEAT},
    "plan-exchanges": {"task": "exchanges.tasks.plan_exchanges", "schedule": 3600.0, "kwargs": BY_BEAT},
    "sweep-files": {"task": "labplatform.tasks.sweep_files", "schedule": 3600.0, "kwargs": BY_BEAT},
    "ask-for-confirmations": {
        "task": "prototypes.tasks.ask_for_confirmations",
        "schedule": 21600.0,
        "kwargs": BY_BEAT,
    },
    "run-imports": {"task": "imports.tasks.run_imports", "schedule": 300.0, "kwargs": BY_BEAT},
    "write-exports": {"task": "labplatform.tasks.write_exports", "schedule": 300.0, "kwargs": BY_BEAT},
    "calculate-plans": {"task": "planning.tasks.calculate_plans", "schedule": 60.0, "kwargs": BY_BEAT},
    "run-bulk-actions": {"task": "labplatform.tasks.run_bulk_actions", "schedule": 60.0, "kwargs": BY_BEAT},
    "withdraw-where-consent-ended": {
        "task": "publications.tasks.withdraw_where_consent_ended",
        "schedule": 60.0,
        "kwargs": BY_BEAT,
    },
    "update-releases": {"task": "opendata.tasks.update_releases", "schedule": 60.0, "kwargs": BY_BEAT},
    "purge": {"task": "labplatform.tasks.purge", "schedule": 86400.0, "kwargs": BY_BEAT},
    "purge-needs": {"task": "exchanges.tasks.purge_needs", "schedule": 21600.0, "kwargs": BY_BEAT},
}
