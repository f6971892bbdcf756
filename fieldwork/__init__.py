"""Fieldwork: the page that logs tests on a phone, without network too."""
