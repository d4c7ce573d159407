"""Pages: each parses, makes one query or one command, and renders."""
