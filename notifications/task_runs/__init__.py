"""When the tasks of the schedule ran."""
