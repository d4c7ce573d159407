"""What every app stands on and that knows no domain: errors, transactions, pages, tags."""
