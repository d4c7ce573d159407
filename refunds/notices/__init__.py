"""What people are told about refunds: a module for each kind of thing, with its words (R16)."""
