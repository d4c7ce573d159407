"""What people fill in about themselves and about their vendor."""
