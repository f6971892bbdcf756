"""Monitoring for operators: health checks, metrics, structured log lines, and error reports without personal data."""
