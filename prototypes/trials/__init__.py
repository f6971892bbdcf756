"""Tests of prototypes (the model of a test is `Trial`)."""
