"""What people are told about refunds: the kinds of notices, and whom each goes to (R16)."""
