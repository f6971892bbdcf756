"""The lab's own people: their role in the lab, and what readers of the lab may not do."""
