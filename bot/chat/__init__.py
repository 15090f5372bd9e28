"""The children's side: every door a child can speak through."""
