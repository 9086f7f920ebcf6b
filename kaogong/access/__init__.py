"""Accounts, permissions, roles, reach, and the sealing of personal data."""
