"""Keep the grader and its labs in order: verify labs, diagnose the machine, inspect models, train references."""
