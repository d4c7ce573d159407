"""Money: accounts and a double-entry ledger that only ever grows."""
