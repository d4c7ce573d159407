"""Refunds: policy, eligibility, requests, their history, and the pages that show them."""
