"""E-mails: how they are created from due reminders and rendered, and what lab staff can do with one."""
