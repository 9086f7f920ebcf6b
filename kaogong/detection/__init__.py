"""Signs of fake people, content and projects, found in columns of facts: no framework, no clock, no database."""
