"""Pages of people: the own account, and the members of a vendor."""
