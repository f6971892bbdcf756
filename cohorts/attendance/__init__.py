"""Attendance: who is expected at a session, who answers, and who came."""
