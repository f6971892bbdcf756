"""Sign-in with an organisation's account, at the OpenID Connect providers that the environment names."""
