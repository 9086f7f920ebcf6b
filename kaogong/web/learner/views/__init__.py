"""Pages of the learner front door, by what they are about."""
