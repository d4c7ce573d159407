"""Who signs in: buyers, the members of vendors, operators."""
