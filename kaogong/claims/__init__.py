"""Subsidy claims: facts -> rules -> decision -> notice -> funds."""
