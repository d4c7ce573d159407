"""What was bought: products, orders and their instances."""
