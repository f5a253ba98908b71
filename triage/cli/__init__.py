"""`triage …`: a file a group of commands. They only delegate."""
