"""Conditions of triggers that several models of this app share."""

RETROSPECTIVE_CHANGED = "TG_OP = 'UPDATE' AND NEW.retrospective <> OLD.retrospective"
