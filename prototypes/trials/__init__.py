"""Tests of prototypes: what their log says."""
