"""Staff, for managers."""
