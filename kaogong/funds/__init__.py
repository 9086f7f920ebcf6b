"""Budgets, payments, batches for the bank, and what the bank answered."""
