"""People's accounts: sign-in, language, second factors, personal data, and who is lab staff."""
