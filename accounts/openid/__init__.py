"""Signing in with an organisation's own account: any OpenID Connect provider that the environment names."""
