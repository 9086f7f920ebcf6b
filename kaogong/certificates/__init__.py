"""Certificates: issued once, numbered for ever, held, released, revoked, and verified by anyone."""
