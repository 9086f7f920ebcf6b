"""The learner front door: one person's own money, hours, certificates and lifelong file, on a phone first."""
