"""Plain Python words everything else is said in. No Django, no clock, no database."""
