"""Confirmations that the recorded state of an idea is still correct."""
