"""Faults injected for real: PostgreSQL, Redis, worker, beat and a mail server, each a process that may be killed."""
