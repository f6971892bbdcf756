"""Corrections of the figures of concluded tests."""
