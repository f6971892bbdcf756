"""Webhooks: the platform tells programs of others what happened, in the format of Standard Webhooks."""
