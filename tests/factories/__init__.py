"""Rows for tests: the smallest true ones, by app, and the fixed cast that plays in every permission test."""
