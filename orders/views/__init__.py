"""The pages that show only orders and their delivery."""
