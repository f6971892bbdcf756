"""From a policy problem to what happened to the idea: challenges, ideas, prototypes, tests and their rates."""
