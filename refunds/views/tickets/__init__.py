"""The pages of tickets and appeals, for buyers and for vendors."""
