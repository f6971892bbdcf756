"""Real faults of PostgreSQL, Redis, worker, beat and mail server, each a process that may be killed."""
