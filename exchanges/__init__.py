"""Exchanges (Intertransfos), where the cohorts of an edition meet: dates, hosts, registrations and content."""
