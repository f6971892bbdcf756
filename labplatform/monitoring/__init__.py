"""What an operator watches: health checks, metrics, structured log lines, and reports without personal data."""
